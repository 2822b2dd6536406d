"""PagerDuty's Events API v2, which other pagers speak too: trigger, acknowledge, resolve.

The same `dedup_key` folds repeats into one alert and names it when it is acknowledged or resolved.
"""

from typing import Any

from onboarding.channels.base import Letter
from onboarding.clock import iso, now
from onboarding.errors import BadInput, PermanentFault
from onboarding.http_client import call
from onboarding.vault import secret

ACTIONS = ("trigger", "acknowledge", "resolve")
SEVERITIES = ("critical", "error", "warning", "info")
LONGEST_SUMMARY = 1024  # characters, as the API takes
LONGEST_KEY = 255


class PagerChannel:
    """`recipient` is the name of the secret that holds the routing key. `extra`: `action` (one of
    ACTIONS), `dedup_key`, `severity` (one of SEVERITIES), `link`, `details`."""

    def __init__(self, url: str, client_url: str) -> None:
        self.url, self.client_url = url, client_url

    def send(self, letter: Letter) -> str:
        try:
            routing_key = secret(letter.recipient, "pager")
        except BadInput as missing:
            raise PermanentFault(missing.message, hint=missing.hint) from missing
        answer = call("POST", self.url, data=self._event(letter, routing_key)).json()
        status = answer.get("status") if isinstance(answer, dict) else None
        if status != "success":
            raise PermanentFault(
                f"the pager did not take the event: {str(answer)[:200]}",
                hint="see that TURNUP_PAGER_URL is an Events v2 address",
            )
        return f"{letter.extra.get('action', 'trigger')} taken"

    def _event(self, letter: Letter, routing_key: str) -> dict[str, Any]:
        action = letter.extra.get("action", "trigger")
        if action not in ACTIONS:
            raise PermanentFault(f"{action!r} is no event action", hint=f"one of {ACTIONS}")
        key = str(letter.extra.get("dedup_key", letter.key))[:LONGEST_KEY]
        event: dict[str, Any] = {
            "routing_key": routing_key,
            "event_action": action,
            "dedup_key": key,
        }
        if action != "trigger":
            return event
        severity = letter.extra.get("severity", "error")
        event["payload"] = {
            "summary": letter.subject[:LONGEST_SUMMARY],
            "source": self.client_url,
            "severity": severity if severity in SEVERITIES else "error",
            "timestamp": iso(now()),
            "custom_details": {"text": letter.text, **letter.extra.get("details", {})},
        }
        event["client"], event["client_url"] = "Turnup", self.client_url
        if link := letter.extra.get("link"):
            event["links"] = [{"href": link, "text": "Open in Turnup"}]
        return event
