"""Slack and Mattermost as a bridge sees them: peers that keep channels, people and messages, and
answer in the published shapes."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.services.web import Reply, Request


@dataclass
class Message:
    """`by` is a user's id, or "bot"."""

    id: str
    by: str
    text: str
    thread: str = ""
    at: float = 0.0
    edits: int = 0


@dataclass
class Place:
    """A channel over there."""

    id: str
    name: str
    private: bool
    topic: str = ""
    archived: bool = False
    members: set[str] = field(default_factory=set)
    pins: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


class Peer:
    """What both keep. `busy` answers that many calls with 429; `restores`: whether we may take up
    again what was archived."""

    token = "a-token"

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.people = {"U1": ("ann@vendor.example", "Ann"), "U2": ("omar@vendor.example", "Omar")}
        self.busy = 0
        self.restores = True
        self.numbers = itertools.count(1)

    @property
    def place(self) -> Place:
        """The one channel there is."""
        (found,) = self.places.values()
        return found

    def said(self, by: str, text: str) -> Message:
        """Somebody says something over there."""
        made = Message(self.stamp(), by, text, at=time.time() + 0.001)  # as precise as theirs
        self.place.messages.append(made)
        return made

    def stamp(self) -> str:
        raise NotImplementedError

    def top(self) -> list[str]:
        """The bot's messages outside of the thread, without the one that is kept current."""
        return [one.text for one in self.place.messages if one.by == "bot" and not one.thread][1:]

    def threaded(self) -> list[str]:
        return [one.text for one in self.place.messages if one.by == "bot" and one.thread]


class SlackPeer(Peer):
    kind = "slack"

    def stamp(self) -> str:
        time.sleep(0.000002)  # no two messages have the same
        return f"{time.time():.6f}"

    def settings(self, url: str) -> dict[str, str]:
        return {"bridges": "slack", "slack_url": f"{url}/api", "secret_slack": self.token}

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return Reply(200, {"ok": False, "error": "invalid_auth"})
        if self.busy:
            self.busy -= 1
            return Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
        form = {k: v[0] for k, v in parse_qs(request.body.decode()).items()}
        method = request.path.rpartition("/")[2]
        made = getattr(self, "_" + method.replace(".", "_"))(form)
        return Reply(200, made if "error" in made else {"ok": True, **made})

    def _auth_test(self, form: dict[str, str]) -> dict[str, Any]:
        return {"user": "turnup", "team": "Vendor", "user_id": "UBOT"}

    def _conversations_create(self, form: dict[str, str]) -> dict[str, Any]:
        if any(one.name == form["name"] for one in self.places.values()):
            return {"ok": False, "error": "name_taken"}
        made = Place(f"C{next(self.numbers)}", form["name"], form["is_private"] == "true")
        self.places[made.id] = made
        return {"channel": {"id": made.id, "name": made.name}}

    def _conversations_unarchive(self, form: dict[str, str]) -> dict[str, Any]:
        if not self.restores:
            return {"ok": False, "error": "not_in_channel"}  # as Slack answers bots
        self.places[form["channel"]].archived = False
        return {}

    def _conversations_list(self, form: dict[str, str]) -> dict[str, Any]:
        found = [
            {"id": one.id, "name": one.name, "is_archived": one.archived}
            for one in self.places.values()
        ]
        return {"channels": found, "response_metadata": {"next_cursor": ""}}

    def _conversations_setTopic(self, form: dict[str, str]) -> dict[str, Any]:
        self.places[form["channel"]].topic = form["topic"]
        return {}

    def _conversations_invite(self, form: dict[str, str]) -> dict[str, Any]:
        self.places[form["channel"]].members |= set(form["users"].split(","))
        return {}

    def _conversations_archive(self, form: dict[str, str]) -> dict[str, Any]:
        self.places[form["channel"]].archived = True
        return {}

    def _users_lookupByEmail(self, form: dict[str, str]) -> dict[str, Any]:
        for user, (email, _) in self.people.items():
            if email == form["email"]:
                return {"user": {"id": user}}
        return {"ok": False, "error": "users_not_found"}

    def _users_info(self, form: dict[str, str]) -> dict[str, Any]:
        return {"user": {"profile": {"display_name": self.people[form["user"]][1]}}}

    def _chat_postMessage(self, form: dict[str, str]) -> dict[str, Any]:
        thread = form.get("thread_ts", "")
        made = Message(self.stamp(), "bot", form["text"], thread, time.time())
        self.places[form["channel"]].messages.append(made)
        return {"ts": made.id}

    def _chat_update(self, form: dict[str, str]) -> dict[str, Any]:
        for one in self.places[form["channel"]].messages:
            if one.id == form["ts"]:
                one.text, one.edits = form["text"], one.edits + 1
                return {}
        return {"ok": False, "error": "message_not_found"}

    def _chat_postEphemeral(self, form: dict[str, str]) -> dict[str, Any]:
        self.whispered = (form["user"], form["text"])
        return {}

    def _pins_add(self, form: dict[str, str]) -> dict[str, Any]:
        self.places[form["channel"]].pins.append(form["timestamp"])
        return {}

    def _conversations_history(self, form: dict[str, str]) -> dict[str, Any]:
        found = [
            {"type": "message", "ts": one.id, "text": one.text}
            | ({"bot_id": "B1"} if one.by == "bot" else {"user": one.by})
            for one in reversed(self.places[form["channel"]].messages)
            if float(one.id) > float(form["oldest"])
        ]
        start, few = int(form.get("cursor", "0")), 2  # a small page: whoever reads follows on
        more = str(start + few) if len(found) > start + few else ""
        told: dict[str, Any] = {"messages": found[start : start + few]}
        return told | {"has_more": bool(more), "response_metadata": {"next_cursor": more}}


class MattermostPeer(Peer):
    kind = "mattermost"

    def stamp(self) -> str:
        return f"post{next(self.numbers)}"

    def settings(self, url: str) -> dict[str, str]:
        return {
            "bridges": "mattermost",
            "mattermost_url": url,
            "mattermost_team": "vendor",
            "secret_mattermost": self.token,
        }

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return Reply(401, {"message": "Invalid or expired session"})
        if self.busy:
            self.busy -= 1
            return Reply(429, {"message": "limit exceeded"}, {"Retry-After": "1"})
        parts = urlsplit(request.path)
        words = parts.path.removeprefix("/api/v4/").split("/")
        data = request.json if request.body else {}
        if words[0] in ("users", "teams"):
            return self._known(words)
        if words == ["channels"]:
            return self._make(data)
        if words[0] == "channels" and len(words) == 2 and request.method == "GET":
            place = self.places[words[1]]
            return Reply(200, {"id": place.id, "delete_at": int(place.archived)})
        if words[0] == "channels":
            return self._channel(self.places[words[1]], words[2:], data, parts.query)
        return self._post(words[1:], data)

    def _known(self, words: list[str]) -> Reply:
        match words:
            case ["users", "me"]:
                return Reply(200, {"id": "bot", "username": "turnup"})
            case ["users", "email", email]:
                return self._person(unquote(email))
            case ["users", user]:
                return Reply(200, {"id": user, "username": self.people[user][1]})
            case ["teams", "name", "vendor"]:
                return Reply(200, {"id": "team1"})
            case ["teams", "team1", "channels", "name", name]:
                found = next(one for one in self.places.values() if one.name == name)
                return Reply(404 if found.archived else 200, {"id": found.id})
        return Reply(404, {"message": "no such thing"})

    def _person(self, email: str) -> Reply:
        for user, (known, _) in self.people.items():
            if known == email:
                return Reply(200, {"id": user})
        return Reply(404, {"message": "no such user"})

    def _make(self, data: dict[str, Any]) -> Reply:
        if any(one.name == data["name"] for one in self.places.values()):
            return Reply(400, {"message": "A channel with that name already exists"})
        made = Place(f"ch{next(self.numbers)}", data["name"], data["type"] == "P")
        self.places[made.id] = made
        return Reply(201, {"id": made.id})

    def _channel(self, place: Place, rest: list[str], data: dict[str, Any], query: str) -> Reply:
        match rest:
            case ["patch"]:
                place.topic = data["header"]
            case ["members"]:
                place.members.add(data["user_id"])
            case ["posts"]:
                since = int(parse_qs(query)["since"][0])
                found = {
                    one.id: {
                        "id": one.id,
                        "user_id": one.by,
                        "message": one.text,
                        "create_at": int(one.at * 1000),
                        "delete_at": 0,
                        "type": "",
                    }
                    for one in place.messages
                    if one.at * 1000 > since
                }
                return Reply(200, {"order": list(found), "posts": found})
            case ["restore"]:
                if not self.restores:
                    return Reply(403, {"message": "no permission"})
                place.archived = False
            case []:
                place.archived = True
        return Reply(200, {})

    def _post(self, rest: list[str], data: dict[str, Any]) -> Reply:
        if not rest:
            made = Message(self.stamp(), "bot", data["message"], data["root_id"], time.time())
            self.places[data["channel_id"]].messages.append(made)
            return Reply(201, {"id": made.id})
        everything = [one for place in self.places.values() for one in place.messages]
        found = next((one for one in everything if one.id == rest[0]), None)
        if found is None:
            return Reply(404, {"message": "no such post"})
        if rest[1] == "pin":
            place = next(one for one in self.places.values() if found in one.messages)
            place.pins.append(found.id)
        else:
            found.text, found.edits = data["message"], found.edits + 1
        return Reply(200, {})
