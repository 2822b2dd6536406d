"""The one door for mail that comes in."""
