"""The `turnup` command."""
