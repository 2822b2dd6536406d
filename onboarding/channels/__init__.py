"""Ways out of the program: what carries a letter to the people it is for."""
