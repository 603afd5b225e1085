"""What was asked and answered, in order. Tests read it through the door.

Each entry: number (from 1 since the last reset), at (the stub's time), service, operation, protocol, account, region, is_write,
params (without secrets), answer (`ok`, an error's code, or what a fault did), status, flags (faults of the stub or of
the client that no test may pass over).
"""

SECRET = ("secret", "password", "token")
LONG = 400


class Journal:
    def __init__(self):
        self.entries = []

    def begin(self, **facts):
        entry = {"number": len(self.entries) + 1, "is_write": False, "params": {}, "answer": None, "status": None}
        entry.update(facts, flags=[])
        self.entries.append(entry)
        return entry

    def flags(self):
        return [f"request {e['number']}: {flag}" for e in self.entries for flag in e["flags"]]


def without_secrets(value, name=""):
    """Parameters as the journal keeps them: long texts cut, bytes counted, secrets left out."""
    if isinstance(value, dict):
        return {key: without_secrets(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [without_secrets(item, name) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return f"({len(value)} bytes)"
    if isinstance(value, str):
        # A request's own token for paging or once-only carries nothing.
        if any(word in name.lower() for word in SECRET) and name.lower() not in ("nexttoken", "clientrequesttoken"):
            return "(left out)"
        return value if len(value) <= LONG else f"{value[:LONG]}… ({len(value)} characters)"
    return value if isinstance(value, (int, float, bool)) or value is None else str(value)
