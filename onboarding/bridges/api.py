"""What chats call: Slack's events and commands, Mattermost's webhooks and commands, our webhooks.

Each is signed by its own rule (`signing`), which is looked at before anything else. What came in is
a row before the chat has its answer; a command is carried out by a worker, for the chat waits three
seconds at most.
"""

import json
from typing import Any
from urllib.parse import parse_qs

import structlog
from flask import Blueprint, Response, jsonify, request
from werkzeug.utils import import_string

from onboarding import clock
from onboarding.bridges import incoming, queries, signing
from onboarding.bridges.lines import Heard
from onboarding.channels.slack_events import line
from onboarding.config import settings
from onboarding.db import db
from onboarding.errors import AdapterError, BadInput, NotAllowed
from onboarding.people.access import public
from onboarding.queues import enqueue
from onboarding.rooms import commands
from onboarding.trail.log import Actor
from onboarding.vault import secret
from onboarding.web.csrf import csrf

log = structlog.get_logger()
LARGEST = 256 * 1024  # bytes of one call
KEEPS = ("pushpin", "round_pushpin", "memo")  # reactions that keep a message in the timeline
bridging = Blueprint("bridging", __name__, url_prefix="/api/v1/bridges")
csrf.exempt(bridging)  # programs call, and each call is signed


def obey(acting: Actor, user_id: int, room_id: int, number: int, text: str) -> None:
    """By a worker; where Redis is away, at once, for a hold may not wait."""
    told = (acting.name, acting.source, user_id, room_id, number, text)
    if not enqueue("urgent", "onboarding.bridges.jobs.obey", *told):
        commands.obey(acting, user_id, room_id, number, text)


def _slack_body() -> bytes:
    given = _body()
    headers = request.headers
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature, now = headers.get("X-Slack-Signature", ""), clock.now().timestamp()
    signing.check_slack(_secret("slack_signing"), timestamp, signature, given, now)
    return given


def _body() -> bytes:
    request.max_content_length = LARGEST
    return request.get_data()


def _secret(name: str) -> str:
    try:
        return secret(name, "")
    except BadInput as missing:
        raise NotAllowed("Nothing is bridged this way", hint="see docs/rooms.md") from missing


def _object(given: bytes) -> dict[str, Any]:
    try:
        found = json.loads(given)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput("this is no JSON object", place="body", hint='such as {"text": "Hello"}')
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a pair, such as \\ud800 alone
        hint = "whole characters: no lone surrogates"
        raise BadInput("this is no text", place="body", hint=hint) from None
    return found


@bridging.post("/slack/events")
@public
def slack_events() -> Response:
    """Signed by Slack (v0). The address is proved by its challenge; each event is taken once."""
    told = _object(_slack_body())
    if told.get("type") == "url_verification":
        return jsonify({"challenge": str(told.get("challenge", ""))[:500]})
    event = told.get("event")
    if isinstance(event, dict) and event.get("type") == "message":
        _slack_message(event)
    elif isinstance(event, dict) and event.get("type") == "reaction_added":
        _slack_reaction(event)
    return jsonify({})


def _slack_reaction(event: dict[str, Any]) -> None:
    """A pin beside a message keeps it in the timeline."""
    item, account = event.get("item"), str(event.get("user", ""))
    if not isinstance(item, dict) or event.get("reaction") not in KEEPS:
        return
    target = str(item.get("channel", ""))
    if words := incoming.keep("slack", target, f"{target}:{item.get('ts', '')}", account):
        _whisper(_slack(), target, account, words)


def _slack() -> Any:
    """By name: what calls other machines is heavy, and most installations have no Slack."""
    return import_string("onboarding.channels.slack:Slack")(settings().slack_url)


def _whisper(slack: Any, target: str, account: str, words: str) -> None:
    try:
        slack.whisper(target, account, words)
    except AdapterError as fault:  # who is not told reads in the room that nothing came of it
        log.warning("bridges.not_told", error=fault.line())


def _slack_message(event: dict[str, Any]) -> None:
    target, slack = str(event.get("channel", "")), _slack()
    bridge = queries.at_target(db.session(), "slack", target)
    bridge_id = bridge.id if bridge else 0
    said = line(target, event, str)
    if said is None:
        return
    if code := incoming.code_in(said.text):
        name = slack.name_of(said.account)
        words = incoming.link("slack", said.account, name, code)
    elif bridge_id:
        name = _shown_name("slack", said.account) or slack.name_of(said.account)
        heard = Heard(said.key, said.account, name, said.text, said.at)
        words = incoming.say(bridge_id, heard, obey)
    else:
        words = incoming.how() if event.get("channel_type") == "im" else ""
    if words:
        _whisper(slack, target, said.account, words)


def _shown_name(kind: str, account: str) -> str:
    found = queries.account(db.session(), kind, account)
    name = found.name if found else ""
    db.session().rollback()  # what comes next may ask the chat
    return name


@bridging.post("/slack/commands")
@public
def slack_commands() -> Response:
    """`/turnup link CODE`, `/turnup hold reason`: signed by Slack (v0), answered to them alone."""
    form = _form(_slack_body())
    account, name = form.get("user_id", ""), form.get("user_name", "")
    words = _commanded("slack", form, account, name, form.get("trigger_id", ""))
    return jsonify({"response_type": "ephemeral", "text": words or "Said in the room."})


@bridging.post("/mattermost")
@public
def mattermost() -> Response:
    """An outgoing webhook or a slash command of Mattermost, known by its token."""
    given = _body()
    tokens = _secret("mattermost_hook").split()
    form = _object(given) if request.is_json else _form(given)
    told = {key: str(value) for key, value in form.items()}
    if not any(_same(one, told.get("token", "")) for one in tokens):
        raise NotAllowed("This is not signed as it must be", hint="the token is another")
    account, name = told.get("user_id", ""), told.get("user_name", "")
    if "command" in told:
        words = _commanded("mattermost", told, account, name, told.get("trigger_id", ""))
        return jsonify({"response_type": "ephemeral", "text": words or "Said in the room."})
    text, key = told.get("text", ""), told.get("post_id", "")
    words = _heard("mattermost", told.get("channel_id", ""), Heard(key, account, name, text))
    return jsonify({"text": words, "response_type": "comment"} if words else {})


def _same(one: str, given: str) -> bool:
    try:
        signing.check_token(one, given)
    except NotAllowed:
        return False
    return True


def _form(given: bytes) -> dict[str, str]:
    try:
        found = parse_qs(given.decode(), keep_blank_values=True, max_num_fields=100)
    except (UnicodeDecodeError, ValueError) as wrong:
        raise BadInput("this is no form", place="body", hint="UTF-8, few fields") from wrong
    return {key: values[0] for key, values in found.items()}


def _commanded(kind: str, form: dict[str, str], account: str, name: str, key: str) -> str:
    text = form.get("text", "").strip()
    spoken = text if incoming.code_in(text) else f"!{text.removeprefix('!')}"
    return _heard(kind, form.get("channel_id", ""), Heard(key, account, name, spoken))


def _heard(kind: str, target: str, heard: Heard) -> str:
    """Take it in where somebody said it; what to tell them."""
    if not heard.account or not heard.key:
        raise BadInput("who says it is missing", place="user_id", hint="and a key of the message")
    if "\x00" in heard.account + heard.key + target:
        raise BadInput("this is no usable text", place="user_id", hint="no NUL")
    if code := incoming.code_in(heard.text):
        return incoming.link(kind, heard.account, heard.name, code)
    bridge = queries.at_target(db.session(), kind, target)
    if bridge is None:
        return "This channel belongs to no room of Turnup."
    return incoming.say(bridge.id, heard, obey)


@bridging.post("/webhook/<int:bridge_id>")
@public
def webhook(bridge_id: int) -> tuple[Response, int]:
    """Our own webhook: signed as ours go out, by the bridge's key.

    `{"key", "text", "name", "account", "at"}`: `key` the message's own, `account` who says it: their
    number over there, not the name they show. Without it they are a guest, and prove nothing.
    """
    given, headers = _body(), request.headers
    timestamp, now = headers.get("Turnup-Timestamp", ""), clock.now().timestamp()
    signature = headers.get("Turnup-Signature", "")
    signing.check_own(incoming.inbound_key(bridge_id), timestamp, signature, given, now)
    told = _object(given)
    heard = _read(told)
    bridge = queries.get(db.session(), bridge_id)
    source = bridge.source
    if code := incoming.code_in(heard.text):
        return jsonify({"told": incoming.link(source, heard.account, heard.name, code)}), 202
    return jsonify({"told": incoming.take(bridge_id, heard, obey)}), 202


def _read(told: dict[str, Any]) -> Heard:
    texts = {}
    for name, longest in (("key", 200), ("text", 20_000), ("name", 200), ("account", 200)):
        value = told.get(name, "")
        if not isinstance(value, str) or len(value) > longest or "\x00" in value:
            raise BadInput("this is no usable text", place=name, hint=f"at most {longest} signs")
        texts[name] = value.strip()
    for name in ("key", "text", "name"):
        if not texts[name]:
            raise BadInput("this is needed", place=name, hint="see docs/rooms.md")
    try:
        at = clock.parse(str(told["at"])) if told.get("at") else None
    except ValueError as wrong:
        hint = "such as 2027-01-31T14:00:00Z"
        raise BadInput("this is no time", place="at", hint=hint) from wrong
    return Heard(texts["key"], texts["account"], texts["name"], texts["text"], at)
