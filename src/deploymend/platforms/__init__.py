"""Platforms: one plug-in each for what builds and serves commits."""
