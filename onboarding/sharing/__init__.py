"""The customer's page and its links."""
