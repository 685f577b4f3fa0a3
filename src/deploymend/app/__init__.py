"""The composition root: here, and only here, configuration, doors and plug-ins meet the ports of the loop.

Import from its files: `fixing` and `history` do without the durable engine, which takes most of a second to import.
"""
