"""OTLP's binary encoding, turned into its JSON one.

Apart from `otlp`, because protobuf is heavy: the web process loads this with the first such push.
"""

from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)

from onboarding.errors import BadInput


def document(body: bytes) -> dict[str, Any]:
    """The export in `body`, as OTLP's JSON encoding has it. Raises BadInput."""
    try:
        request = ExportMetricsServiceRequest.FromString(body)
    except DecodeError as wrong:
        raise BadInput(
            "this is no OTLP export of metrics", place="body", hint="protobuf, or JSON as JSON"
        ) from wrong
    found: dict[str, Any] = MessageToDict(request, use_integers_for_enums=True)
    return found


def answer(warning: str) -> bytes:
    """The answer to an export that was taken whole, with a word to whoever sent it."""
    response = ExportMetricsServiceResponse()
    response.partial_success.error_message = warning
    return response.SerializeToString()
