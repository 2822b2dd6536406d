"""Real servers for the tests, started on free loopback ports or private sockets, stopped after."""
