"""The configuration of a turn-up as it grows: files in versions, and who agreed to which."""
