"""A small AWS over a socket, for the commands that talk to AWS. `__main__.py` says how it is started."""
