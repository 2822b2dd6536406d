"""Bridges: what is said in a room is said in a chat as well, and the other way round."""
