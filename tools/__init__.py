"""What the Makefile calls: the virtual environment, the linters, the tests. The chat itself needs none of it."""
