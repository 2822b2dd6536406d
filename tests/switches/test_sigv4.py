"""Signatures for AWS, against the example that AWS publishes with the algorithm."""

from datetime import UTC, datetime

from onboarding.switches.sigv4 import signed


def test_the_published_example_has_the_published_signature() -> None:
    headers = signed(
        "GET",
        "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        b"",
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        key_id="AKIDEXAMPLE",
        secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        scope=("us-east-1", "iam"),
        at=datetime(2015, 8, 30, 12, 36, tzinfo=UTC),
    )
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )
