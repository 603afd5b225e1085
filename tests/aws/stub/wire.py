"""From the bytes of a request to an operation and its parameters, and from a result back to bytes.

The service is the one of the credential scope in the Authorization header; the rest is in botocore's service models,
which moto's generic parsers and serialisers read.
"""

import json
import re
import warnings
from dataclasses import dataclass
from urllib.parse import parse_qsl

from botocore.serialize import create_serializer
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request as RoutedRequest
from moto.core.routing import RestRouter
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.datastructures import Headers, MultiDict

from stub import cbor, shapes
from stub.refusal import OwnFault, Refusal, invalid

SERVICES = {"servicequotas": "service-quotas", "codestar-connections": "codeconnections"}
SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")

# What S3's router needs to know of a path-style request, and nothing else has REST here.
_routers = {}

warnings.filterwarnings("ignore", message=".*does not match an error shape.*")


@dataclass
class Scope:
    """Who asks which service in which region."""

    key: str
    region: str
    service: str


@dataclass
class Asked:
    """A request that was understood."""

    scope: Scope
    model: object
    protocol: str
    params: dict

    @property
    def operation(self):
        return self.model.name


def scope(headers):
    """The credential scope; None where nothing is signed."""
    match = SCOPE.match(headers.get("Authorization", ""))
    if not match:
        return None
    key, region, service = match.groups()
    return Scope(key, region, SERVICES.get(service, service))


def operation(scope, method, path, headers, body):
    """The model of the operation and the protocol it was asked in, before anything is judged."""
    try:
        service = get_service_model(scope.service)
    except Exception as error:  # botocore has no such service
        raise Refusal("UnknownOperationException", f"no service is called {scope.service}: {error}", 404) from error
    if headers.get("smithy-protocol", "").lower() == "rpc-v2-cbor":
        return _named(service, path.rsplit("/", 1)[-1]), "cbor"
    if target := headers.get("X-Amz-Target"):
        return _named(service, target.rsplit(".", 1)[-1]), "json"
    if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded") and scope.service != "s3":
        return _named(service, dict(parse_qsl(body.decode())).get("Action", "")), service.protocol
    return _routed(service, method, path, headers)[0], service.protocol


def read(scope, model, protocol, method, path, headers, body):
    """The parameters of a request, judged by the input shape of its operation."""
    if protocol == "cbor":
        raw = params = cbor.read(body)
    else:
        values = MultiDict(parse_qsl(path.partition("?")[2], keep_blank_values=True))
        raw = None
        if protocol == "json":
            raw = _json(body)
        elif protocol in ("query", "ec2"):
            values = MultiDict(parse_qsl(body.decode(), keep_blank_values=True))
        url_params = _routed(model.service_model, method, path, headers)[1] if protocol.startswith("rest") else {}
        request = {"body": body, "headers": Headers(headers.items()), "method": method, "url_params": url_params}
        request.update(url_path=path.partition("?")[0], values=values)
        params = PROTOCOL_PARSERS[protocol](model).parse(request)
    if model.input_shape is not None:
        found = shapes.faults(model.input_shape, params)
        if protocol == "json":
            found += [f for f in shapes.faults(model.input_shape, raw) if "is unknown" in f]
        if protocol == "query":
            found += _left_over(model, params, values)
        if found:
            raise invalid(scope.service, shapes.message(found))
    return params


def _named(service, name):
    if name not in service.operation_names:
        raise Refusal("UnknownOperationException", f"{service.service_name} has no operation {name!r}", 404)
    return service.operation_model(name)


def _json(body):
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        raise Refusal("SerializationException", str(error), 400) from error


def _left_over(model, params, values):
    """What a form has and no member reads: the parameters written again have all the rest."""
    again = create_serializer("query", False).serialize_to_request(params, model)["body"]
    known = set(again)
    return [
        f"Value at '{name}' is unknown: {model.input_shape.name} has no such member"
        for name in values
        if name not in known and values[name] != ""
    ]


def _routed(service, method, path, headers):
    router = _routers.setdefault(service.service_name, RestRouter(service))
    request = RoutedRequest.from_primitives(method, f"http://stub{path}", headers, b"")
    request.environ["RAW_URI"] = path
    return router.match(request)


def write(asked, result, request_id):
    """Status, headers and body of an answer; one that the output shape does not allow is a fault of the stub."""
    shape = asked.model.output_shape
    if shape is not None:
        found = shapes.faults(shape, result, answer=True)
        if found:
            raise OwnFault(f"{asked.scope.service} {asked.operation} would answer: {shapes.message(found)}")
    if asked.protocol == "cbor":
        return 200, cbor.HEADERS, cbor.write(shape, result) if shape is not None else b"\xa0"
    if asked.scope.service == "s3" and isinstance(result.get("Body"), bytes):
        headers = {"Content-Type": result.get("ContentType", "binary/octet-stream"), "ETag": result["ETag"]}
        return 200, headers, result["Body"]
    return _dressed(asked, _serializer(asked, request_id).serialize(result))


def write_refusal(asked, refusal, request_id):
    if asked.protocol == "cbor":
        service = asked.model.service_model.metadata
        code = f"{service.get('targetPrefix', service['serviceId'])}#{refusal.code}"
        return refusal.status or 400, cbor.HEADERS, cbor.write_error(code, refusal.message)
    status, headers, body = _dressed(asked, _serializer(asked, request_id).serialize(refusal))
    return refusal.status or status, headers, body


def _serializer(asked, request_id):
    kind = get_serializer_class(asked.scope.service, asked.protocol)
    return kind(operation_model=asked.model, context=SerializationContext(request_id))


def _dressed(asked, answer):
    body, headers = answer["body"], dict(answer["headers"])
    if asked.protocol == "json":  # moto looks at the protocol that the model names first
        headers["Content-Type"] = f"application/x-amz-json-{asked.model.service_model.metadata['jsonVersion']}"
    return answer["status_code"], headers, body.encode() if isinstance(body, str) else body
