"""What is to be done for a turn-up, by whom, by when, and how it is known to be done."""
