"""The one append-only log: audit log, timeline, source of live pages and of status posts."""
