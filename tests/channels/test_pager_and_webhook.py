"""The pager and webhooks, as the far side sees them."""

import hashlib
import hmac
from collections.abc import Iterator

import pytest

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.channels.registry import channel
from onboarding.channels.webhook import signing_key
from onboarding.config import settings
from onboarding.errors import PassingFault, PermanentFault
from tests.contracts.dns_stands import open_loopback
from tests.services.pagerduty import PagerPeer
from tests.services.ports import Ports
from tests.services.web import Reply, WebServer, web_server


@pytest.fixture
def site(free_port: Ports, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    open_loopback(monkeypatch)
    with web_server(free_port()) as made:
        yield made


@pytest.fixture
def peer(site: WebServer, monkeypatch: pytest.MonkeyPatch) -> PagerPeer:
    monkeypatch.setenv("TURNUP_SECRET_OPS_PAGER", "R0UT1NG")
    peer = PagerPeer("R0UT1NG")
    site.answer = peer.answer
    return peer


def to_pager(site: WebServer, action: str = "trigger", **extra: object) -> str:
    chosen = settings().model_copy(update={"pager_url": f"{site.url}/v2/enqueue"})
    letter = Letter(
        f"k:{action}",
        "ops_pager",
        "Nobody is on station",
        "Acme moves in 10 min",
        {"action": action, "dedup_key": "page:1", **extra},
    )
    return channel("pager", chosen).send(letter)


def test_an_alert_is_triggered_once_acknowledged_and_resolved(
    site: WebServer, peer: PagerPeer
) -> None:
    to_pager(site, severity="critical", link="https://t.example/pages/1")
    to_pager(site)
    assert peer.alerts == {"page:1": "triggered"}
    to_pager(site, "acknowledge")
    to_pager(site)
    assert peer.alerts == {"page:1": "acknowledged"}
    to_pager(site, "resolve")
    assert peer.alerts == {"page:1": "resolved"}
    first = peer.events[0]
    assert first["payload"]["severity"] == "critical"
    assert first["links"][0]["href"] == "https://t.example/pages/1"


def test_a_busy_pager_is_tried_later_and_a_wrong_key_never(
    site: WebServer, peer: PagerPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.busy = 1
    with pytest.raises(PassingFault) as busy:
        to_pager(site)
    assert busy.value.wait_s == 7
    monkeypatch.setenv("TURNUP_SECRET_OPS_PAGER", "another")
    with pytest.raises(PermanentFault, match="Invalid routing key"):
        to_pager(site)
    monkeypatch.delenv("TURNUP_SECRET_OPS_PAGER")
    with pytest.raises(PermanentFault, match="no secret ops_pager"):
        to_pager(site)


def test_a_long_summary_is_cut_so_that_the_page_goes_out(site: WebServer, peer: PagerPeer) -> None:
    chosen = settings().model_copy(update={"pager_url": site.url})
    channel("pager", chosen).send(Letter("k", "ops_pager", "x" * 5000, ""))
    assert peer.alerts == {"k": "triggered"}


def test_a_webhook_is_signed_and_timed(site: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURNUP_SECRET_HOOK", "s3cret")
    hook = channel("webhook", settings())
    url = f"{site.url}/hook"
    hook.send(Letter("post:1", url, "Moving", "5 %", {"data": {"share": 5}, "secret": "hook"}))
    hook.send(Letter("post:2", url, "Moving", "25 %"))
    named, derived = site.asked
    assert named.json == {
        "key": "post:1",
        "subject": "Moving",
        "text": "5 %",
        "data": {"share": 5},
    }
    assert named.headers["idempotency-key"] == "post:1"
    keys = (b"s3cret", signing_key(settings().key("secret"), url).encode())
    for asked, key in zip((named, derived), keys, strict=True):
        stamp = asked.headers["turnup-timestamp"]
        expected = hmac.new(key, f"{stamp}.".encode() + asked.body, hashlib.sha256).hexdigest()
        assert asked.headers["turnup-signature"] == f"v1={expected}"
        assert abs(int(stamp) - clock.now().timestamp()) < 30


def test_a_webhook_follows_no_redirect(site: WebServer) -> None:
    site.answer = lambda request: Reply(307, b"", {"Location": "http://169.254.169.254/"})
    with pytest.raises(PermanentFault, match="redirects"):
        channel("webhook", settings()).send(Letter("k", f"{site.url}/hook", "s", "t"))


def test_a_webhook_leads_into_no_private_network(free_port: Ports) -> None:
    with web_server(free_port()) as site:
        with pytest.raises(PermanentFault, match="loopback"):
            channel("webhook", settings()).send(Letter("k", site.url, "s", "t"))
        assert site.asked == []


def test_an_unknown_secret_says_where_to_put_it(site: WebServer) -> None:
    with pytest.raises(PermanentFault, match="no secret nowhere") as missing:
        channel("webhook", settings()).send(Letter("k", site.url, "s", "t", {"secret": "nowhere"}))
    assert "TURNUP_SECRET_NOWHERE" in missing.value.hint
