"""The flip, step by step, under a guard."""
