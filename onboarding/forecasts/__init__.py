"""History in, curve and peak out, held against capacity."""
