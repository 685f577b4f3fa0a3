"""The command line: each command parses, calls, prints, in a file of its own; `main.py` holds the table of them."""
