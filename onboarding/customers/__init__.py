"""Customers and their turn-ups: stages, goals, level of help."""
