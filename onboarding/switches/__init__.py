"""What moves the traffic: one contract, one table of adapters."""
