"""The channels people are told over: one file each."""
