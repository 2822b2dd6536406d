"""One turn of one bridge over HTTP: make the channel, keep topic and status, carry lines, read.

Nothing is asked of the other side inside a transaction; after each thing done there, what was done
is noted under the lease's fence.
"""

from onboarding import clock
from onboarding.bridges import accounts, actions, incoming, queries, telling
from onboarding.bridges.holding import Lease
from onboarding.bridges.lines import Heard, Said, batches, channel_name, shown
from onboarding.bridges.models import Bridge
from onboarding.channels.base import Letter
from onboarding.channels.chats import Chat, ChatLine
from onboarding.channels.mattermost import Mattermost
from onboarding.channels.slack import Slack
from onboarding.channels.webhook import WebhookChannel
from onboarding.config import Settings, settings
from onboarding.db import db, transaction
from onboarding.errors import PermanentFault
from onboarding.rooms import commands
from onboarding.rooms.models import COMMUNITY
from onboarding.trail.log import Actor, head_number


def chat_of(kind: str, chosen: Settings) -> Chat | None:
    """The chat of this kind; None for webhooks, which have no channels."""
    if kind == "slack":
        return Slack(chosen.slack_url)
    if kind == "mattermost":
        return Mattermost(chosen.mattermost_url, chosen.mattermost_team)
    return None


class Turn:
    """Raises AdapterError where the other side does not do its part, LeaseLost where this gateway
    is not the active one any more."""

    def __init__(self, bridge_id: int, lease: Lease, chat: Chat | None) -> None:
        self.bridge_id, self.lease, self.chat = bridge_id, lease, chat

    def tell(self) -> tuple[int, bool]:
        """Do what is due there; how many messages were sent, and whether more waits."""
        bridge = self._bridge()
        if bridge.state == "closing" or queries.over(db.session(), bridge):
            self._close(bridge)
            return 0, False
        if bridge.state == "making":
            self._open(bridge)
        posts = 0
        if self.chat is not None:
            self._keep_topic(self.chat)
            self._bring(self.chat)
            posts += self._keep_status(self.chat)
        return self._lines(posts)

    def _bridge(self) -> Bridge:
        db.session().rollback()
        return queries.get(db.session(), self.bridge_id)

    def _note(self, **what: object) -> None:
        with transaction() as session:
            actions.note(session, self.lease.fence, self.bridge_id, **what)

    def _close(self, bridge: Bridge) -> None:
        ended, target = bridge.room.archived_at is not None, bridge.target
        by_hand = bridge.state == "closing"
        db.session().rollback()
        if self.chat is not None and target and ended:
            self.chat.close(target)
        with transaction() as session:
            if not by_hand:
                actions.rest(session, queries.get(session, self.bridge_id))
            actions.note(
                session,
                self.lease.fence,
                self.bridge_id,
                **({"state": "closed"} if by_hand else {}),
            )

    def _open(self, bridge: Bridge) -> None:
        room, target, former = bridge.room, bridge.address, bridge.target
        private, title = room.key != COMMUNITY, room.title
        name = channel_name(title, room.key, "turnup-")
        db.session().rollback()
        if self.chat is not None:
            target = self.chat.open(name, title, private, former)
        anew = (
            {} if target == former else {"topic": "", "status": "", "status_id": "", "invited": []}
        )
        self._note(target=target, state="open", read=_now_mark(self.chat), **anew)

    def _keep_topic(self, chat: Chat) -> None:
        bridge = self._bridge()
        wanted, is_now, target = (
            telling.topic(db.session(), bridge.room),
            bridge.topic,
            bridge.target,
        )
        db.session().rollback()
        if wanted != is_now:
            chat.describe(target, wanted)
            self._note(topic=wanted)

    def _bring(self, chat: Chat) -> None:
        bridge = self._bridge()
        session, target, kind = db.session(), bridge.target, bridge.kind
        people = {
            user.id: user.email
            for user in queries.concerned(session, bridge.room)
            if user.id not in bridge.invited
        }
        known = accounts.names(session, kind, list(people))
        invited = [*bridge.invited, *people]
        session.rollback()
        if people:
            emails = [email for number, email in people.items() if number not in known]
            chat.bring(target, emails, [name for names in known.values() for name in names])
            self._note(invited=invited)

    def _keep_status(self, chat: Chat) -> int:
        bridge = self._bridge()
        wanted, is_now = telling.status(db.session(), bridge.room), bridge.status
        target, message = bridge.target, bridge.status_id
        db.session().rollback()
        if not wanted or wanted == is_now:
            return 0
        if message:
            try:
                chat.edit(target, message, wanted)
            except PermanentFault:  # somebody deleted it: it is posted anew
                message = ""
        if not message:
            message = chat.say(target, wanted)
            self._note(status_id=message, status=wanted)
            chat.pin(target, message)
            return 1
        self._note(status=wanted)
        return 1

    def _lines(self, posts: int) -> tuple[int, bool]:
        bridge = self._bridge()
        head = head_number(db.session(), bridge.room.stream)
        waiting = queries.waiting(db.session(), bridge)
        if not waiting:
            if bridge.sent < head:
                self._note(sent=head)
            return posts, False
        batch = next(batches(waiting))
        target, status_id = bridge.target, bridge.status_id
        letter = _letter(bridge, batch) if self.chat is None else None
        db.session().rollback()
        self.lease.check()  # the last look before it is said
        if self.chat is not None:
            now = clock.now()
            text = "\n".join(shown(said, now) for said in batch)
            self.chat.say(target, text, status_id if batch[0].step else "")
        elif letter is not None:
            WebhookChannel(settings().key("secret")).send(letter)
        self._note(sent=batch[-1].number)
        return posts + 1, True

    def read(self) -> None:
        """Take in what was said there and did not come by itself."""
        bridge = self._bridge()
        target, since, kind = bridge.target, bridge.read, bridge.kind
        db.session().rollback()
        if self.chat is None or not target:
            return
        told: set[str] = set()
        for line in self.chat.read(target, since):
            words = self._taken(line, kind)
            db.session().rollback()
            if words and line.account not in told:  # a flood is answered once
                told.add(line.account)
                self.chat.answer(target, line, words)
            self._note(read=line.mark)

    def _taken(self, line: ChatLine, kind: str) -> str:
        if code := incoming.code_in(line.text):
            if queries.account(db.session(), kind, line.account) is not None:
                return ""  # it came by itself before
            return incoming.link(kind, line.account, line.name, code)
        heard = Heard(line.key, line.account, line.name, line.text, line.at)
        return incoming.say(self.bridge_id, heard, commands_obey)


def commands_obey(acting: Actor, user_id: int, room_id: int, number: int, text: str) -> None:
    """Carry a command out; nothing is told by hand, for the room says what came of it."""
    db.session().rollback()
    commands.obey(acting, user_id, room_id, number, text)


def _now_mark(chat: Chat | None) -> str:
    """Where reading begins in a channel that was just made."""
    now = clock.now().timestamp()
    if isinstance(chat, Slack):
        return f"{now:.6f}"
    return str(int(now * 1000)) if isinstance(chat, Mattermost) else ""


def _letter(bridge: Bridge, batch: list[Said]) -> Letter:
    """What a webhook gets; its key is the same at every try, so that a second one can be folded."""
    now = clock.now()
    lines = [
        {
            "number": said.number,
            "name": said.name,
            "team": said.team,
            "text": said.text,
            "at": clock.iso(said.at),
            "by": "turnup" if said.program else "person",
        }
        for said in batch
    ]
    data = {"room": bridge.room_id, "bridge": bridge.id, "link": telling.link(bridge.room)}
    return Letter(
        f"bridge:{bridge.id}:{batch[-1].number}",
        bridge.address,
        bridge.room.title,
        "\n".join(shown(said, now) for said in batch),
        {"data": {**data, "lines": lines}, "whose": f"bridge:{bridge.id}"},
    )
