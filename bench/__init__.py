"""Measurements: `python -m bench` prints them as tables. A figure over its bound ends with exit code 1."""
