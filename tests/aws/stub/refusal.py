"""What a service answers in place of a result."""


class Refusal(Exception):
    """An error of a service: its code, its text, and the HTTP status where the service model does not say it."""

    def __init__(self, code, message, status=None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class NotImplementedHere(Exception):
    """An operation that AWS has and the stub does not: answered with 501, and flagged in the journal."""


class OwnFault(Exception):
    """The stub was about to answer what AWS would never answer: answered with 500, and flagged in the journal."""


def invalid(service, message):
    """A request that the service's model does not allow, as its protocol says it."""
    code = "ValidationError" if service in ("cloudformation", "sts", "iam") else "ValidationException"
    return Refusal("InvalidArgument" if service == "s3" else code, message, 400)
