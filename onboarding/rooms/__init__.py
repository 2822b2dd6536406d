"""Rooms: where those concerned talk during a cutover, a customer is heard, and customers help one
another."""
