"""Smithy's RPC v2 with CBOR, which moto does not speak: botocore's own reader and writer, used from the other side.

botocore chooses it for CodePipeline, CodeBuild and CodeConnections; the Rust SDK for CodeConnections.
"""

from botocore.parsers import RpcV2CBORParser
from botocore.serialize import RpcV2CBORSerializer

HEADERS = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}

_parser = RpcV2CBORParser()
_serializer = RpcV2CBORSerializer()


def read(body):
    """The plain tree of a body: texts, numbers, bytes, times."""
    if not body:
        return {}
    return _parser.parse_data_item(_parser.get_peekable_stream_from_bytes(body))


def write(shape, value):
    out = bytearray()
    _serializer._serialize_data_item(out, value, shape)
    return bytes(out)


def write_error(code, message):
    """A map of two texts, as awsJson has it."""
    out = bytearray(_serializer._get_initial_byte(_serializer.MAP_MAJOR_TYPE, 2))
    for text in ("__type", code, "message", message):
        _serializer._serialize_type_string(out, text, None, None)
    return bytes(out)
