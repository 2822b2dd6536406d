"""Watching live customers' origins after the flip, and the first word to the customer."""
