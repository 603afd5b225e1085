"""Who calls. `AKIA<12 digits>TEST` is a key of that account's administrator; AssumeRole makes keys of other principals."""

import re

from stub.refusal import Refusal

LONG_LIVED = re.compile(r"AKIA(\d{12})TEST")


def caller(world, key, token, now, service):
    """Account and principal of a key, or the refusal that the service would answer."""
    if match := LONG_LIVED.fullmatch(key):
        return match[1], f"arn:aws:iam::{match[1]}:user/tester"
    session = world.data["sessions"].get(key)
    if session is None or session["token"] != token:
        code = "InvalidClientTokenId" if service in ("sts", "cloudformation", "iam") else "UnrecognizedClientException"
        code = "InvalidAccessKeyId" if service == "s3" else code
        raise Refusal(code, "The security token included in the request is invalid.", 403)
    if session["expires"] <= now:
        raise expired(service)
    return session["account"], session["principal"]


def expired(service):
    code = "ExpiredToken" if service in ("sts", "cloudformation", "iam", "s3") else "ExpiredTokenException"
    return Refusal(code, "The security token included in the request is expired", 400 if service == "s3" else 403)


def denied(service, principal, operation, resource="*"):
    """AWS's text for a call that no policy allows."""
    prefix = {"service-quotas": "servicequotas"}.get(service, service)
    text = (
        f"User: {principal} is not authorized to perform: {prefix}:{operation} on resource: {resource} "
        f"because no identity-based policy allows the {prefix}:{operation} action"
    )
    if service == "ec2":
        return Refusal("UnauthorizedOperation", f"You are not authorized to perform this operation. {text}", 403)
    if service == "sns":
        return Refusal("AuthorizationError", text, 403)
    query = service in ("sts", "cloudformation", "iam", "s3")
    return Refusal("AccessDenied" if query else "AccessDeniedException", text, 403 if query else 400)
