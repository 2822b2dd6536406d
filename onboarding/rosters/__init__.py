"""Standby rosters: the right people, able, awake and told."""
