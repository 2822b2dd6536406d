"""Sign requests to AWS by Signature Version 4 (AWS General Reference, "Signing AWS API requests").

By hand, because the algorithm is small and published with examples, and the SDK is 20 MB. Pure.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


def signed(
    method: str,
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    key_id: str,
    secret: str,
    scope: tuple[str, str],
    at: datetime,
) -> dict[str, str]:
    """`headers` with `X-Amz-Date` and `Authorization` added. `scope` is (region, service), as in
    ("us-east-1", "route53"); `at` is the time of signing, which AWS takes for 5 minutes. Every
    header that is given is signed; `Host` is signed as it follows from `url`."""
    parts = urlsplit(url)
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    sent = {**headers, "X-Amz-Date": stamp}
    by_name = {name.lower(): " ".join(value.split()) for name, value in sent.items()}
    by_name["host"] = parts.netloc.rpartition("@")[2]
    names = ";".join(sorted(by_name))
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    canonical = [
        method.upper(),
        quote(parts.path or "/", safe="/-_.~"),
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{by_name[name]}" for name in sorted(by_name)),
        "",
        names,
        hashlib.sha256(body).hexdigest(),
    ]
    place = "/".join((stamp[:8], *scope, "aws4_request"))
    digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in place.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    to_sign = "\n".join((ALGORITHM, stamp, place, digest))
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    given = f"Credential={key_id}/{place}, SignedHeaders={names}, Signature={signature}"
    return {**sent, "Authorization": f"{ALGORITHM} {given}"}
