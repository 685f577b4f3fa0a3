"""Measurements: `python -m bench` takes all of them and prints tables, `python -m bench NAME …` only those named.

A figure over its bound ends with exit code 1. Times are wall-clock seconds on this machine; where a figure is a ratio,
both sides were measured in the same run. What builds fetch is kept in `.cache/bench` from one run to the next.
"""
