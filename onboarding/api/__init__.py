"""JSON for programs, under /api/v1/; each file mounts one blueprint."""
