"""Mattermost by its API, version 4: https://api.mattermost.com.

The bot's access token is the secret `mattermost`; the bot is a member of the team.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from onboarding.channels.base import Letter
from onboarding.channels.chats import ChatLine, others
from onboarding.errors import AdapterError, BadInput, PermanentFault
from onboarding.http_client import Answer, call
from onboarding.vault import secret

LONGEST_TOPIC = 1024
LONGEST_NAME = 64
MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>:])")


class Mattermost:
    """One team of one server. Texts are posted as they are: mark-up is escaped, and a mention of
    all is broken up by a sign that is not seen."""

    def __init__(self, url: str, team: str) -> None:
        self.url, self.team = url, team

    def send(self, letter: Letter) -> str:
        """A letter to a channel's id; `extra["thread"]` is the message that it answers."""
        return self.say(letter.recipient, letter.text, str(letter.extra.get("thread", "")))

    def check(self) -> str:
        return f"{self._me['username']} in {self.team} ({self._team_id[:6]}…)"

    @cached_property
    def _me(self) -> dict[str, Any]:
        return self._object("GET", "/users/me")

    @cached_property
    def _team_id(self) -> str:
        return str(self._object("GET", f"/teams/name/{quote(self.team)}")["id"])

    def open(self, name: str, title: str, private: bool, former: str = "") -> str:
        if former and self._taken_up(former):
            return former
        for one in others(name, LONGEST_NAME):
            wanted = {
                "team_id": self._team_id,
                "name": one,
                "display_name": title[:64],
                "type": "P" if private else "O",
            }
            made = self._call("POST", "/channels", wanted, accept=(400,))
            if made.status != 400:
                return str(made.json()["id"])
            path = f"/teams/{self._team_id}/channels/name/{quote(one)}"  # there is one of that name
            found = self._call("GET", path, accept=(404,) if former else ())
            if found.status != 404:  # else it is archived, or not ours to see
                return str(found.json()["id"])
        raise PermanentFault(
            f"Mattermost has a channel {name} that the bot does not see",
            hint="add the bot to it, or rename it",
        )

    def _taken_up(self, channel: str) -> bool:
        """Whether an archived channel is open again; a bot may lack the right to (manage_team)."""
        path = f"/channels/{channel}"
        restored = self._call("POST", f"{path}/restore", accept=(400, 401, 403, 404, 501))
        if restored.status < 400:
            return True
        found = self._call("GET", path, accept=(401, 403, 404))
        return found.status < 400 and not found.json().get("delete_at")

    def describe(self, target: str, topic: str) -> None:
        self._call("PUT", f"/channels/{target}/patch", {"header": _plain(topic)[:LONGEST_TOPIC]})

    def bring(self, target: str, emails: Sequence[str], accounts: Sequence[str]) -> None:
        users = list(accounts)
        for email in emails:
            found = self._call("GET", f"/users/email/{quote(email)}", accept=(404,))
            users += [str(found.json()["id"])] if found.status == 200 else []
        for user in dict.fromkeys(users):
            wanted = {"user_id": user}
            self._call("POST", f"/channels/{target}/members", wanted, accept=(400, 403, 404))

    def say(self, target: str, text: str, thread: str = "") -> str:
        wanted = {"channel_id": target, "message": _plain(text), "root_id": thread}
        return str(self._object("POST", "/posts", wanted)["id"])

    def edit(self, target: str, message: str, text: str) -> None:
        self._call("PUT", f"/posts/{message}/patch", {"message": _plain(text)})

    def pin(self, target: str, message: str) -> None:
        self._call("POST", f"/posts/{message}/pin")

    def answer(self, target: str, line: ChatLine, text: str) -> None:
        """In the thread of what they said: a bot may not whisper there by itself."""
        self.say(target, text, line.key)

    def read(self, target: str, since: str) -> list[ChatLine]:
        """`since` is in milliseconds; the API gives what was changed since then as well."""
        page = self._object("GET", f"/channels/{target}/posts?since={since or 0}")
        posts = page.get("posts", {})
        rows = sorted(posts.values(), key=lambda one: (one["create_at"], one["id"]))
        return [found for one in rows if (found := self._line(one, int(since or 0))) is not None]

    def _line(self, post: dict[str, Any], since: int) -> ChatLine | None:
        text, user = str(post.get("message", "")), str(post.get("user_id", ""))
        ours = user == self._me["id"] or post.get("type") or post.get("delete_at")
        if ours or post["create_at"] <= since or not text.strip():
            return None
        at = datetime.fromtimestamp(post["create_at"] / 1000, UTC)
        mark = str(post["create_at"])
        return ChatLine(str(post["id"]), user, self.name_of(user), text, at, mark)

    def name_of(self, account: str) -> str:
        try:
            return str(self._object("GET", f"/users/{account}", timeout=2.0)["username"])
        except (AdapterError, KeyError):
            return account

    def close(self, target: str) -> None:
        self._call("DELETE", f"/channels/{target}", accept=(404,))

    def _object(
        self, method: str, path: str, data: Any = None, timeout: float = 10.0
    ) -> dict[str, Any]:
        found = self._call(method, path, data, timeout=timeout).json()
        if not isinstance(found, dict):
            raise PermanentFault("Mattermost answered something else", hint="see its address")
        return found

    def _call(
        self,
        method: str,
        path: str,
        data: Any = None,
        accept: Sequence[int] = (),
        timeout: float = 10.0,
    ) -> Answer:
        try:
            token = secret("mattermost", "TURNUP_SECRET_MATTERMOST")
        except BadInput as missing:
            raise PermanentFault(missing.message, hint=missing.hint) from missing
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.url}/api/v4{path}"
        return call(method, url, headers=headers, data=data, accept=accept, timeout=timeout)


def _plain(text: str) -> str:
    return MARKUP.sub(r"\\\1", text).replace("@", "@\u2060")
