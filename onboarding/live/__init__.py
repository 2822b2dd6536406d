"""What is seen at once: pings after a commit, and the hub that feeds every viewer of a process."""
