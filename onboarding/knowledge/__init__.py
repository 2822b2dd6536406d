"""What is known and written down: articles, their search, and the questions they answer."""
