"""What the numbers say: reports over customers, flips and people, and the report of one cutover."""
