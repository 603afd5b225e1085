"""Changes the schema of the clinic."""
print("nothing to change")
