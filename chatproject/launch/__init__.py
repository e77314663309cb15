"""One command that runs the whole chat on one machine: `python -m chatproject.launch`, or `make run`."""
