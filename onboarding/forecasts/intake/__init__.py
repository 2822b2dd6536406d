"""Histories in: what a file holds is guessed, shown, corrected, and only then read."""
