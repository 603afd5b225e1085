"""Fills the warehouse."""

print("nothing to report")
