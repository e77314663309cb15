"""A chat as everybody writes it first, from the tutorials of Django and Channels: what the chat is compared with."""
