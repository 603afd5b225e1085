"""The table of operations, and what each is called with."""

from dataclasses import dataclass

READS = ("Batch", "Describe", "Get", "Head", "List", "Validate", "Assume", "Lookup")

_table = {}


@dataclass
class Call:
    """One request, on its way to its operation."""

    world: object
    params: dict
    service: str
    account: str
    region: str
    principal: str
    now: float

    @property
    def place(self):
        """The state of the caller's account and region."""
        return self.world.place(self.account, self.region)

    def arn(self, service, rest, region=None):
        return arn(service, self.region if region is None else region, self.account, rest)

    def get(self, name, default=None):
        return self.params.get(name, default)


def operation(service, name=None):
    """Puts a function into the table under its own name."""

    def register(function):
        _table[service, name or function.__name__] = function
        return function

    return register


def find(service, name):
    return _table.get((service, name))


def names():
    return sorted(f"{service}:{name}" for service, name in _table)


def is_write(name):
    return not name.startswith(READS)


def partition(region):
    beginnings = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    return next((name for start, name in beginnings.items() if region.startswith(start)), "aws")


def arn(service, region, account, rest):
    return f"arn:{partition(region)}:{service}:{region}:{account}:{rest}"


def page(items, token, size):
    """A page of a list and the token of the next, which is the place where it begins."""
    begin = int(token) if token and token.isdigit() else 0
    end = begin + size
    return items[begin:end], str(end) if end < len(items) else None
