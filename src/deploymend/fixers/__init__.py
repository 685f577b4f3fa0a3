"""Fixers, one file a cure: each reads a diagnosis and the tree, and proposes a repair as data or declines.

To add one: a file here with a class that has `name`, `kinds` and `propose` (ports.Fixer), a line in plugins.py, and a
test class on `deploymend.testing.contracts.fixer.FixerContract`. Text work belongs in `core/javascript`.
"""
