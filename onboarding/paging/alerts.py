"""What Prometheus' Alertmanager sends (its webhook, version 4), read into alerts. Pure.

The format is at prometheus.io/docs/alerting/latest/configuration/#webhook_config.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from onboarding.errors import BadInput

MOST = 1000  # alerts in one message
LONGEST = 2000
SEVERITIES = {
    "critical": "critical",
    "page": "critical",
    "error": "error",
    "major": "error",
    "warning": "warning",
    "minor": "warning",
    "info": "warning",
    "none": "warning",
}
#: Annotations that are said in words of their own; the labels follow them.
_SAID = ("summary", "message", "title", "description")


@dataclass(frozen=True)
class Alert:
    """One alert: `key` is the same at every repeat of it, `team` what its label says (or empty),
    the first line of `text` is what is read first."""

    key: str
    firing: bool
    severity: str
    team: str
    text: str


def alerts(document: Any) -> list[Alert]:
    """The alerts of one message. Raises BadInput with the path of what is wrong."""
    if not isinstance(document, dict):
        raise BadInput(
            "this is no JSON object", place="body", hint="Alertmanager's webhook sends it"
        )
    if document.get("version") != "4":
        hint = 'expected "4", as Alertmanager 0.14 and later send it'
        raise BadInput("this version is not known", place="version", hint=hint)
    found = document.get("alerts")
    if not isinstance(found, list) or len(found) > MOST:
        raise BadInput("these are no alerts", place="alerts", hint=f"a list, at most {MOST}")
    return [_alert(one, f"alerts[{number}]") for number, one in enumerate(found)]


def _alert(given: Any, place: str) -> Alert:
    if not isinstance(given, dict):
        raise BadInput("this is no alert", place=place, hint="a JSON object")
    if given.get("status") not in ("firing", "resolved"):
        raise BadInput("this is no status", place=f"{place}.status", hint="firing or resolved")
    labels = _texts(given.get("labels"), f"{place}.labels")
    said = _texts(given.get("annotations", {}), f"{place}.annotations")
    return Alert(
        f"alertmanager:{_fingerprint(given, labels, place)}",
        given["status"] == "firing",
        SEVERITIES.get(labels.get("severity", "").lower(), "error"),
        labels.get("team", ""),
        _text(labels, said, str(given.get("generatorURL") or "")),
    )


def _texts(given: Any, place: str) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise BadInput("this is no map of texts", place=place, hint='such as {"alertname": "Down"}')
    return {str(name): _clean(value) for name, value in given.items()}


def _clean(text: str) -> str:
    """Without what a database or a mail's header does not take."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text).strip()


def _fingerprint(given: dict[str, Any], labels: dict[str, str], place: str) -> str:
    """Alertmanager's own, which is made of the labels; older ones send none."""
    sent = given.get("fingerprint", "")
    if not isinstance(sent, str) or len(sent) > 100 or not (sent or labels):
        raise BadInput(
            "nothing tells this alert from others", place=f"{place}.fingerprint", hint="a text"
        )
    written = json.dumps(labels, sort_keys=True).encode()
    return sent or hashlib.sha256(written).hexdigest()[:16]


def _text(labels: dict[str, str], said: dict[str, str], source: str) -> str:
    name = labels.get("alertname", "") or "Alert"
    words = [said[key] for key in _SAID if said.get(key)]
    first = f"{name}: {words[0].splitlines()[0]}" if words else name
    rest = [*words[0].splitlines()[1:], *words[1:]] if words else []
    others = [f"{key}: {value}" for key, value in sorted(labels.items()) if key != "alertname"]
    links = [one for one in (said.get("runbook_url", ""), _clean(source)) if one]
    return "\n".join([first[:200], *rest, *others, *links])[:LONGEST]
