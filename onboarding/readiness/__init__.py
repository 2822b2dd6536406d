"""What each stage demands, and the teams' go or no-go."""
