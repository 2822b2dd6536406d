"""A pager that speaks Events v2 and keeps its alerts, as a pager does."""

from dataclasses import dataclass, field
from typing import Any

from tests.services.web import Reply, Request


@dataclass
class PagerPeer:
    """`alerts` maps a dedup key to its state; `events` is everything it took, in order."""

    routing_key: str
    alerts: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    busy: int = 0

    def answer(self, request: Request) -> Reply:
        event = request.json
        if self.busy:
            self.busy -= 1
            return Reply(429, b"too many", {"Retry-After": "7"})
        faults = self._faults(event)
        if faults:
            return Reply(400, {"status": "invalid event", "message": "bad", "errors": faults})
        self.events.append(event)
        key, action = event["dedup_key"], event["event_action"]
        if action == "trigger":
            self.alerts[key] = "acknowledged" if self._is(key, "acknowledged") else "triggered"
        elif key in self.alerts:
            self.alerts[key] = {"acknowledge": "acknowledged", "resolve": "resolved"}[action]
        return Reply(202, {"status": "success", "message": "processed", "dedup_key": key})

    def _is(self, key: str, state: str) -> bool:
        return self.alerts.get(key) == state

    def _faults(self, event: dict[str, Any]) -> list[str]:
        faults = []
        if event.get("routing_key") != self.routing_key:
            faults.append("Invalid routing key")
        if event.get("event_action") == "trigger":
            payload = event.get("payload", {})
            missing = {"summary", "source", "severity"} - payload.keys()
            faults += [f"{name} is missing" for name in sorted(missing)]
            if len(payload.get("summary", "")) > 1024:
                faults.append("summary is too long")
        return faults
