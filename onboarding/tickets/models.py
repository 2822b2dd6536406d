"""Tables of tickets: what is asked, what is said in it, and through whose hands it goes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Customer, Turnup
from onboarding.db import Model
from onboarding.people.models import User


class SupportPlan(Model):
    """What a customer's answers are promised by: `standard` (business hours) or `premium` (around
    the clock). A customer without a row has the standard."""

    __tablename__ = "support_plans"
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    plan: Mapped[str]


class PromisedTime(Model):
    """How long something of `clocks.KINDS` may take, where the vendor set it otherwise."""

    __tablename__ = "ticket_promised_times"
    kind: Mapped[str] = mapped_column(primary_key=True)
    severity: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seconds: Mapped[float]


class Ticket(Model):
    """A question until it is solved. `state` is one of `handoff.STATES`; `holder_team` and
    `holder_id` say who has it now (nobody in particular: None), `owes` who owes the next word.
    `owner_id` is who of support claimed it, and stays.

    `cutover_id` is of a floor above: no foreign key. `source`: form, mail, api, room, share.
    `severity` 1 (traffic is down) to 4 (a question). `asked_at` is the customer's first word of all,
    where it came before ours; `waiting_since` their first that no human has answered yet. The counts are of how often it was opened again, an answer was
    set right, a hand-over escalated. `reference` is its secret in addresses that mail comes to.

    `*_due_at` are what was promised, `promised` the seconds that it may take (`first`, `next`,
    `resolve`), `*_working_s` seconds of working time that
    the first human answer and the solution took; the second stands still from `paused_at` while
    the customer owes the word. `look_at` is when a clock is looked at next, `near_at` when the
    promise that is due first comes near, `alarmed` what was told of promises (`timing.look`).
    `score` is the customer's answer to the one question after solving, 1 (bad) to 5.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_state_last_at_id", "state", "last_at", "id"),
        Index("ix_tickets_last_at_id", "last_at", "id"),
        Index("ix_tickets_holder_team_state_last_at", "holder_team", "state", "last_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id), index=True)
    turnup_id: Mapped[int | None] = mapped_column(ForeignKey(Turnup.id), index=True)
    cutover_id: Mapped[int | None] = mapped_column(index=True)
    requester_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    requester_name: Mapped[str] = mapped_column(default="")
    requester_email: Mapped[str] = mapped_column(default="", index=True)
    subject: Mapped[str]
    severity: Mapped[int]
    source: Mapped[str]
    state: Mapped[str] = mapped_column(default="new")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    holder_team: Mapped[str]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    owes: Mapped[str]
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    first_response_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    resolution: Mapped[str] = mapped_column(default="")
    told_at: Mapped[datetime | None]
    doc_link: Mapped[str] = mapped_column(default="")
    no_doc: Mapped[str] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    reopened: Mapped[int] = mapped_column(default=0)
    corrected: Mapped[int] = mapped_column(default=0)
    escalated: Mapped[int] = mapped_column(default=0)
    first_due_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None]
    resolve_due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None] = mapped_column(index=True)
    near_at: Mapped[datetime | None]
    promised: Mapped[dict[str, Any]] = mapped_column(default=dict)
    alarmed: Mapped[list[str]] = mapped_column(default=list)
    first_working_s: Mapped[float | None]
    resolve_working_s: Mapped[float | None]
    next_missed: Mapped[int] = mapped_column(default=0)
    score: Mapped[int | None]
    score_words: Mapped[str] = mapped_column(default="")
    scored_at: Mapped[datetime | None]
    tracker_link: Mapped[str] = mapped_column(default="")
    customer: Mapped[Customer | None] = relationship(lazy="joined")
    turnup: Mapped[Turnup | None] = relationship()
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id], lazy="joined")
    holder: Mapped[User | None] = relationship(foreign_keys=[holder_id], lazy="joined")
    requester: Mapped[User | None] = relationship(foreign_keys=[requester_id])

    @property
    def stream(self) -> str:
        """The name of this ticket's stream in the trail, which numbers its messages."""
        return f"ticket:{self.id}"


class TicketMessage(Model):
    """What was said in a ticket. `number` is its entry's in the ticket's stream. `side`: customer,
    staff (goes to the customer), note (never does), auto (a machine wrote it: it answers nothing).
    `corrects` is the number of a message that this one sets right. `message_id` is the mail's."""

    __tablename__ = "ticket_messages"
    __table_args__ = (UniqueConstraint("ticket_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id))
    number: Mapped[int]
    at: Mapped[datetime]
    side: Mapped[str]
    actor: Mapped[str]
    name: Mapped[str]
    team: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    source: Mapped[str]
    message_id: Mapped[str] = mapped_column(default="")
    corrects: Mapped[int | None]
    files: Mapped[list["TicketFile"]] = relationship(order_by="TicketFile.id", lazy="selectin")


class TicketFile(Model):
    """A file that came with a message."""

    __tablename__ = "ticket_files"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey(TicketMessage.id), index=True)
    name: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(deferred=True)


class TicketMail(Model):
    """The Message-IDs of the mails of a ticket, in and out: an answer names one of them."""

    __tablename__ = "ticket_mails"
    message_id: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id), index=True)


class TicketFollower(Model):
    """Somebody beside whoever asked. `state`: follows (gets the public answers by mail), named (a
    mail was copied to them; they are written to by nobody), stopped (they want no more of it),
    removed (by staff). A row stays when it is over: no later mail brings anybody back. `address` is
    in small letters, `user_id` who of the customers' people it is."""

    __tablename__ = "ticket_followers"
    __table_args__ = (UniqueConstraint("ticket_id", "address"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id))
    address: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    state: Mapped[str]
    at: Mapped[datetime]
    user: Mapped[User | None] = relationship(lazy="joined")

    @property
    def called(self) -> str:
        """The name where we know them, else the address: what a mail calls anybody may deceive."""
        return self.user.name if self.user else self.address


class TicketWords(Model):
    """The different words of a ticket, folded, with blanks between: what it is found by."""

    __tablename__ = "ticket_words"
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id), primary_key=True)
    words: Mapped[str]


class Handover(Model):
    """A ticket handed to a team, with a question. Accepted by somebody of it before `accept_by`,
    answered before `due_at`. `ended`: answered, told (the customer, by the team), returned,
    taken_back, passed_on; empty while the team has it."""

    __tablename__ = "ticket_handovers"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id), index=True)
    team: Mapped[str]
    question: Mapped[str]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime]
    accept_by: Mapped[datetime]
    due_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    nudges: Mapped[int] = mapped_column(default=0)
    escalations: Mapped[int] = mapped_column(default=0)
    look_at: Mapped[datetime | None] = mapped_column(index=True)


class Stint(Model):
    """How long a team had a ticket: one after another, without a gap."""

    __tablename__ = "ticket_stints"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id), index=True)
    team: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
