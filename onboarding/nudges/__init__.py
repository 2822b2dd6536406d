"""Reminders of what is overdue: the owner first, later the account manager, at sane hours."""
