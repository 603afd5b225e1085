"""S3: objects of buckets that a state or a stack has."""

import base64
import hashlib

from stub.clock import instant
from stub.operations import operation, page
from stub.refusal import Refusal


def make_bucket(world, name, account, region):
    world.data["buckets"][name] = {"account": account, "region": region, "objects": {}}


def _bucket(call, head=False):
    bucket = call.world.data["buckets"].get(call.params["Bucket"])
    if bucket is None:
        raise Refusal("404" if head else "NoSuchBucket", "The specified bucket does not exist", 404)
    if bucket["account"] != call.account and call.account not in bucket.get("shared_with", []):
        raise Refusal("403" if head else "AccessDenied", "Access Denied", 403)
    owner = call.get("ExpectedBucketOwner")
    if owner is not None and owner != bucket["account"]:
        raise Refusal("AccessDenied", "Access Denied", 403)
    return bucket


def _object(call, head=False):
    found = _bucket(call, head)["objects"].get(call.params["Key"])
    if found is None:
        raise Refusal("404" if head else "NoSuchKey", "The specified key does not exist.", 404)
    return found


def read(world, bucket, key):
    """The bytes of an object, or None: for what reads on behalf of somebody."""
    found = world.data["buckets"].get(bucket, {"objects": {}})["objects"].get(key)
    return None if found is None else base64.b64decode(found["body"])


@operation("s3")
def PutObject(call):
    bucket = _bucket(call)
    body = call.get("Body", b"")
    body = body if isinstance(body, bytes) else body.encode()
    etag = f'"{hashlib.md5(body).hexdigest()}"'
    existing = bucket["objects"].get(call.params["Key"])
    absent = call.get("IfNoneMatch") == "*" and existing is not None
    other = "IfMatch" in call.params and (existing or {}).get("etag") != call.params["IfMatch"]
    if absent or other:
        raise Refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412)
    entry = {"body": base64.b64encode(body).decode(), "etag": etag, "at": call.now, "size": len(body)}
    bucket["objects"][call.params["Key"]] = entry
    return {"ETag": etag}


@operation("s3")
def GetObject(call):
    found = _object(call)
    body = base64.b64decode(found["body"])
    return {"Body": body, "ETag": found["etag"], "ContentLength": len(body), "LastModified": instant(found["at"])}


@operation("s3")
def HeadObject(call):
    found = _object(call, head=True)
    return {"ETag": found["etag"], "ContentLength": found["size"], "LastModified": instant(found["at"])}


@operation("s3")
def DeleteObject(call):
    _bucket(call)["objects"].pop(call.params["Key"], None)
    return {}


@operation("s3")
def HeadBucket(call):
    return {"BucketRegion": _bucket(call, head=True)["region"]}


@operation("s3")
def GetBucketLocation(call):
    region = _bucket(call)["region"]
    return {} if region == "us-east-1" else {"LocationConstraint": region}


@operation("s3")
def ListObjectsV2(call):
    prefix = call.get("Prefix", "")
    objects = _bucket(call)["objects"]
    keys = sorted(key for key in objects if key.startswith(prefix) and key > call.get("StartAfter", ""))
    size = min(call.get("MaxKeys", 1000), 1000)
    shown, token = page(keys, call.get("ContinuationToken"), size)
    contents = [
        {"Key": key, "Size": objects[key]["size"], "ETag": objects[key]["etag"], "LastModified": instant(objects[key]["at"])}
        for key in shown
    ]
    answer = {"Name": call.params["Bucket"], "Prefix": prefix, "KeyCount": len(shown), "MaxKeys": size}
    answer.update(IsTruncated=token is not None, Contents=contents)
    return answer | ({"NextContinuationToken": token} if token else {})
