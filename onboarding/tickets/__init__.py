"""Questions of customers: who has each, who owes the next word, until it is solved and written down."""
