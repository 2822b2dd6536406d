"""The practice world of rehearsals; its state is in the database."""
