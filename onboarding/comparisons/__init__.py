"""Old and new path side by side for a list of URLs, before any traffic moves."""
