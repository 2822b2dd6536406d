"""What the board was asked to show, read from its address and written into addresses again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from onboarding.customers.models import Customer, Hostname, Turnup
from onboarding.customers.stages import STAGES

SORTS = ("name", "stage", "days", "blocks", "ball", "risk", "next", "manager")
TROUBLES = ("yes", "no")


@dataclass(frozen=True)
class Wanted:
    """Text to look for, whose, which stage, and for the table: whose turn, in trouble ("yes",
    "no", "" for both), the column to sort by ("-days": downwards) and the page, from 1."""

    text: str = ""
    manager: int | None = None
    stage: str = ""
    ball: str = ""
    trouble: str = ""
    sort: str = "-days"
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether anything but the person narrows what is shown."""
        return bool(self.text or self.stage or self.ball or self.trouble)

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
        sort=sort if sort.removeprefix("-") in SORTS else Wanted.sort,
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def _one_of(value: str, options: tuple[str, ...]) -> str:
    return value if value in options else ""


def conditions(asked: Wanted) -> list[ColumnElement[bool]]:
    """Text, person and stage of `asked`, on a query that joins Turnup with Customer."""
    found: list[ColumnElement[bool]] = []
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
