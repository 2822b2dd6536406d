"""Where counts come from: one contract, one table of adapters."""
