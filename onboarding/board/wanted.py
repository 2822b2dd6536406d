"""What the board was asked to show, read from its address and written into addresses again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from onboarding.board.models import Summary
from onboarding.customers.models import Customer, Hostname, Turnup
from onboarding.customers.stages import STAGES

SORTS = ("name", "stage", "days", "blocks", "ball", "risk", "next", "manager")
TROUBLES = ("yes", "no")


@dataclass(frozen=True)
class Wanted:
    """Text to look for, whose, which stage, whose turn, in trouble ("yes", "no", "" for both), put
    away or not; and for the table the column to sort by ("-days": downwards) and the page, from 1."""

    text: str = ""
    manager: int | None = None
    stage: str = ""
    ball: str = ""
    trouble: str = ""
    archived: bool = False
    sort: str = "-days"
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether anything but the person narrows what is shown."""
        return bool(self.text or self.stage or self.ball or self.trouble or self.archived)

    def address(self, **changed: Any) -> dict[str, Any]:
        """The arguments of the address that shows this, with some `changed`; its first page
        unless a page is named. Those left as they are at first are None: out of the address."""
        first = Wanted()
        said = {
            "who": "all" if self.manager is None else "mine",
            "q": self.text,
            "stage": self.stage,
            "ball": self.ball,
            "trouble": self.trouble,
            "archived": "yes" if self.archived else "",
            "sort": self.sort if self.sort != first.sort else "",
            **changed,
        }
        return {name: value or None for name, value in said.items()}

    def sorted_by(self, column: str) -> str:
        """The order that a click on the heading of `column` asks for."""
        return f"-{column}" if self.sort == column else column


def wanted(asked: Mapping[str, str], manager: int | None) -> Wanted:
    """What an address asks for. What it cannot mean counts as not said."""
    sort = asked.get("sort", "")
    page = asked.get("page", "")
    return Wanted(
        text=" ".join(asked.get("q", "").replace("\x00", "").split())[:100],
        manager=manager,
        stage=_one_of(asked.get("stage", ""), STAGES),
        ball=asked.get("ball", "").replace("\x00", "")[:40],
        trouble=_one_of(asked.get("trouble", ""), TROUBLES),
        archived=asked.get("archived", "") == "yes",
        sort=sort if sort.removeprefix("-") in SORTS else Wanted.sort,
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def _one_of(value: str, options: tuple[str, ...]) -> str:
    return value if value in options else ""


def arguments(asked: Wanted, *, table: bool) -> dict[str, Any]:
    """The arguments of the address of the board's first page that shows this, and no others."""
    said = {"view": "table" if table else None, **asked.address()}
    return {name: value for name, value in said.items() if value is not None}


def narrow(query: Any, asked: Wanted, *, customer: bool = False, summary: bool = False) -> Any:
    """A query of turn-ups narrowed to what was asked for. Customers and summaries are joined only
    where that needs them, or where the caller does."""
    if customer or asked.text or asked.manager is not None:
        query = query.join(Turnup.customer)
    if summary or asked.ball or asked.trouble:
        query = query.outerjoin(Summary, Summary.turnup_id == Turnup.id)
    return query.where(*conditions(asked))


def conditions(asked: Wanted) -> list[ColumnElement[bool]]:
    """What narrows a query of turn-ups, joined with Customer and Summary where those are named."""
    put_away = Turnup.archived_at.is_not(None) if asked.archived else Turnup.archived_at.is_(None)
    found: list[ColumnElement[bool]] = [put_away]
    if asked.ball:
        found.append(Summary.ball == asked.ball)
    if asked.trouble:
        trouble = func.coalesce(Summary.trouble, "")
        found.append(trouble != "" if asked.trouble == "yes" else trouble == "")
    if asked.stage:
        found.append(Turnup.stage == asked.stage)
    if asked.manager is not None:
        found.append(Customer.account_manager_id == asked.manager)
    if asked.text:
        names = select(Hostname.turnup_id).where(
            Hostname.name.icontains(asked.text, autoescape=True)
        )
        found.append(
            or_(
                Customer.name.icontains(asked.text, autoescape=True),
                Turnup.name.icontains(asked.text, autoescape=True),
                Turnup.id.in_(names),
            )
        )
    return found
