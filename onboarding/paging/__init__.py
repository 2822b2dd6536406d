"""Who is called, in what order, by which channel, until someone answers."""
