"""Cutovers: windows, freezes, plans of steps."""
