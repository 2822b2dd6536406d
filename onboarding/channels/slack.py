"""Slack by its web API: https://api.slack.com/web, all methods by POST of a form.

The bot token is the secret `slack`; scopes: channels:manage, groups:write, chat:write, pins:write,
users:read, users:read.email, channels:history, groups:history.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from onboarding.channels.base import Letter
from onboarding.channels.chats import ChatLine, others
from onboarding.channels.slack_events import line
from onboarding.errors import AdapterError, BadInput, PassingFault, PermanentFault
from onboarding.http_client import call
from onboarding.vault import secret

PASSING = {"ratelimited", "service_unavailable", "internal_error", "fatal_error", "request_timeout"}
LONGEST_TOPIC = 250
LONGEST_NAME = 80
#: Answers to a bot that would take an archived channel up again.
KEPT_CLOSED = (
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted_action",
    "access_denied",
    "no_permission",
    "not_allowed_token_type",
    "missing_scope",
    "user_is_bot",
    "method_not_supported_for_channel_type",
)
HINTS = {
    "invalid_auth": "give the bot's token as TURNUP_SECRET_SLACK",
    "not_authed": "give the bot's token as TURNUP_SECRET_SLACK",
    "missing_scope": "add the scope to the app and install it again: see docs/rooms.md",
    "not_in_channel": "invite the bot into the channel",
    "channel_not_found": "the channel was deleted, or the bot is not in it",
    "is_archived": "the channel was archived over there",
}


class Slack:
    """One workspace. Texts are posted as they are: `&`, `<` and `>` are escaped, so that nobody's
    words become a mention of all or a link that shows another address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, letter: Letter) -> str:
        """A letter to a channel's id; `extra["thread"]` is the message that it answers."""
        return self.say(letter.recipient, letter.text, str(letter.extra.get("thread", "")))

    def check(self) -> str:
        found = self._call("auth.test")
        return f"{found.get('user', '?')} in {found.get('team', '?')}"

    def open(self, name: str, title: str, private: bool, former: str = "") -> str:
        if former and self._taken_up(former):
            return former
        for one in others(name, LONGEST_NAME)[: None if former else 1]:
            made = self._call(
                "conversations.create", {"name": one, "is_private": private}, but=("name_taken",)
            )
            if made["ok"]:
                return str(made["channel"]["id"])
            for channel in self._channels():
                if channel.get("name") == one and not channel.get("is_archived"):
                    return str(channel["id"])
        raise PermanentFault(
            f"Slack has a channel {name} that the bot does not see",
            hint="invite the bot into it, or rename it",
        )

    def _taken_up(self, channel: str) -> bool:
        """Whether an archived channel is open again. Archiving puts a bot out of it, and Slack lets
        nobody who is not in a channel take it up: most often it is not."""
        but = ("not_archived", *KEPT_CLOSED)
        answer = self._call("conversations.unarchive", {"channel": channel}, but=but)
        return bool(answer["ok"]) or answer.get("error") == "not_archived"

    def _channels(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = "*"
        while cursor:
            wanted = {"types": "public_channel,private_channel", "limit": 200}
            page = self._call(
                "conversations.list", wanted | ({} if cursor == "*" else {"cursor": cursor})
            )
            found += page.get("channels", [])
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
        return found

    def describe(self, target: str, topic: str) -> None:
        self._call(
            "conversations.setTopic", {"channel": target, "topic": _plain(topic)[:LONGEST_TOPIC]}
        )

    def bring(self, target: str, emails: Sequence[str], accounts: Sequence[str]) -> None:
        users = list(accounts)
        for email in emails:
            found = self._call("users.lookupByEmail", {"email": email}, but=("users_not_found",))
            users += [found["user"]["id"]] if found["ok"] else []
        if users:
            wanted = {"channel": target, "users": ",".join(dict.fromkeys(users)), "force": True}
            known = ("already_in_channel", "cant_invite_self", "user_not_found", "cant_invite")
            self._call("conversations.invite", wanted, but=known)

    def say(self, target: str, text: str, thread: str = "") -> str:
        wanted = {
            "channel": target,
            "text": _plain(text),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        sent = self._call("chat.postMessage", wanted | ({"thread_ts": thread} if thread else {}))
        return str(sent["ts"])

    def edit(self, target: str, message: str, text: str) -> None:
        self._call("chat.update", {"channel": target, "ts": message, "text": _plain(text)})

    def pin(self, target: str, message: str) -> None:
        wanted = {"channel": target, "timestamp": message}
        self._call("pins.add", wanted, but=("already_pinned",))

    def whisper(self, target: str, account: str, text: str) -> None:
        """Say it so that only they see it."""
        wanted = {"channel": target, "user": account, "text": _plain(text)}
        self._call("chat.postEphemeral", wanted)

    def answer(self, target: str, line: ChatLine, text: str) -> None:
        self.whisper(target, line.account, text)

    def read(self, target: str, since: str) -> list[ChatLine]:
        messages: list[dict[str, Any]] = []  # the newest first, page after page
        cursor = "*"
        while cursor:
            wanted = {"channel": target, "oldest": since or "0", "limit": 200}
            page = self._call(
                "conversations.history", wanted | ({} if cursor == "*" else {"cursor": cursor})
            )
            messages += page.get("messages", [])
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
        found = [self._line(target, one) for one in reversed(messages)]
        return [one for one in found if one is not None]

    def _line(self, target: str, event: dict[str, Any]) -> ChatLine | None:
        return line(target, event, self.name_of)

    def name_of(self, account: str) -> str:
        try:
            found = self._call("users.info", {"user": account}, timeout=2.0)
        except AdapterError:
            return account
        profile = found.get("user", {}).get("profile", {})
        return str(profile.get("display_name") or profile.get("real_name") or account)

    def close(self, target: str) -> None:
        self._call("conversations.archive", {"channel": target}, but=("already_archived",))

    def _call(
        self,
        method: str,
        wanted: dict[str, Any] | None = None,
        but: Sequence[str] = (),
        timeout: float = 10.0,
    ) -> dict[str, Any]:
        """The answer, its `ok` true or its error in `but`."""
        try:
            token = secret("slack", "TURNUP_SECRET_SLACK")
        except BadInput as missing:
            raise PermanentFault(missing.message, hint=missing.hint) from missing
        form = {k: str(v).lower() if isinstance(v, bool) else v for k, v in (wanted or {}).items()}
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        }
        url, body = f"{self.url}/{method}", urlencode(form)
        answer = call("POST", url, headers=headers, body=body, timeout=timeout).json()
        if not isinstance(answer, dict):
            raise PermanentFault("Slack answered something else", hint="see TURNUP_SLACK_URL")
        error = str(answer.get("error", ""))
        if answer.get("ok") or error in but:
            return answer
        said = f"Slack refused {method}: {error}"
        if error in PASSING:
            raise PassingFault(said, hint="it is tried again")
        raise PermanentFault(said, hint=HINTS.get(error, "see the app's settings in Slack"))


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
