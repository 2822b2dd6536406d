"""What every page shares: fragments, problems, forms, times."""
