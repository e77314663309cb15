"""Mutated requests and frames against the protocol classes of both servers: `python -m tools.fuzz`."""
