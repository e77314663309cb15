"""How each server is spoken to. A dialect makes clients; the scenarios decide what these do."""
