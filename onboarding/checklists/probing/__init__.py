"""Probes: looks at a customer's DNS, TLS and HTTP. `registry` lists them, `look` runs one."""
