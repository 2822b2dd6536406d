"""The one way out for every message: first a row, then a job that delivers it."""
