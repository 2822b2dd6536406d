"""Windows for cutovers: what each start would cost, the best of them, several planned together."""
