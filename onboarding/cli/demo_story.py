"""Walk practice customers along their journey, through the same actions that people use."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import actions as checklists
from onboarding.checklists import progress
from onboarding.checklists import queries as checklist_rows
from onboarding.cli.demo_people import history
from onboarding.customers import actions as customers
from onboarding.customers.models import Member, Turnup
from onboarding.cutovers import actions as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.shapes import TEMPLATES
from onboarding.db import db, transaction
from onboarding.forecasts import actions as forecasts
from onboarding.forecasts import jobs as forecast_jobs
from onboarding.forecasts import queries as forecast_rows
from onboarding.forecasts import signoffs
from onboarding.people import profiles
from onboarding.people.models import User
from onboarding.readiness import actions as readiness
from onboarding.rosters import actions as rosters
from onboarding.rosters import jobs as roster_jobs
from onboarding.rosters import queries as roster_rows
from onboarding.trail.log import SYSTEM, Actor


@dataclass(frozen=True)
class Company:
    """A practice customer: who they are, how much traffic they have, how far they have come."""

    name: str
    person: str
    host: str
    rate: float
    to: str
    timezone: str
    country: str
    practice: bool = False


COMPANIES = (
    Company(
        "Northwind Books",
        "Nora Wind",
        "www.northwind.example",
        180,
        "signup",
        "Europe/London",
        "GB",
    ),
    Company("Lumen Video", "Luca Men", "cdn.lumen.example", 5200, "forecast", "Europe/Rome", "IT"),
    Company(
        "Harbour Bank", "Hana Bour", "www.harbour.example", 1400, "scheduled", "Asia/Tokyo", "JP"
    ),
    Company(
        "Alpine Maps", "Alma Pine", "tiles.alpine.example", 2600, "live", "Europe/Zurich", "CH"
    ),
    Company(
        "Practice Press",
        "Petra Press",
        "www.press.example",
        1200,
        "scheduled",
        "Europe/London",
        "GB",
        True,
    ),
)


def by(user: User) -> Actor:
    """`user` as the trail names them."""
    return Actor(f"user:{user.id}", "cli")


class Story:
    """One customer's way, each step in a transaction of its own as from the web."""

    def __init__(self, company: Company, password: str, staff: Mapping[str, int]) -> None:
        self.company = company
        self.staff = staff
        email = f"{company.person.split()[0].lower()}@{company.host.split('.', 1)[1]}"
        self.email = email
        with transaction() as session:
            customer, turnup, user = customers.sign_up(
                session,
                company=company.name,
                name=company.person,
                email=email,
                password=password,
                timezone=company.timezone,
                source="cli",
            )
            customer.account_manager_id, turnup.practice = staff["ann"], company.practice
            session.get_one(Member, (customer.id, user.id)).confirmed_at = clock.now()
            profiles.live_in(session, by(user), user, company.timezone, company.country, "")
            checklists.start(session, by(user), turnup, "cdn-turn-up")
            self.turnup_id, self.user_id = turnup.id, user.id

    def walk(self) -> None:
        """Go as far as the company has come."""
        if self.company.to == "signup":
            return
        self._sign_up()
        self._settle("config")
        if self.company.to == "forecast":
            return
        self._forecast()
        self._settle("test")
        if self.company.to == "live":
            with transaction() as session:
                turnup = self._turnup(session)
                for stage in ("scheduled", "ramping", "live"):
                    customers.move_stage(session, by(self._user(session, "ann")), turnup, stage)
            return
        practice = self.company.practice
        cutover_id = self._book(timedelta() if practice else timedelta(days=1))
        self._staff(cutover_id)
        if practice:
            self._say_go(cutover_id)

    def _turnup(self, session: Session) -> Turnup:
        return session.get_one(Turnup, self.turnup_id)

    def _user(self, session: Session, name: str) -> User:
        return session.get_one(User, self.staff[name])

    def _customer(self, session: Session) -> User:
        return session.get_one(User, self.user_id)

    def _sign_up(self) -> None:
        with transaction() as session:
            turnup, actor = self._turnup(session), by(self._customer(session))
            customers.add_hostname(session, actor, turnup, self.company.host)
            wish = customers.Wish(
                "offload", "Our origin should see a tenth of the requests", 90.0, None
            )
            customers.add_goal(session, actor, turnup, wish)
        self._settle("signup")

    def _settle(self, stage: str) -> None:
        """Tick what the stage demands, each as its owner would, and move on."""
        with transaction() as session:
            support = self._user(session, "sue")
            for _ in range(100):
                entries = checklist_rows.entries(session, self._turnup(session))
                open_now = [
                    entry
                    for entry in entries
                    if entry.line.item.required
                    and entry.line.item.stage == stage
                    and entry.line in progress.actionable([e.line for e in entries])
                ]
                if not open_now:
                    break
                row = open_now[0].row
                note = "Looked at together and found in order."
                checklists.tick(session, by(support), row.id, note, "https://docs.vendor.example/")
                session.flush()
            readiness.advance_by_itself(session, SYSTEM, self._turnup(session))

    def _forecast(self) -> None:
        text = history(self.company.rate, clock.now(), seed=self.turnup_id)
        with transaction() as session:
            actor = by(self._customer(session))
            stream = io.BytesIO(text.encode())
            forecasts.upload(session, actor, self._turnup(session), "traffic.csv", stream)
            number = forecasts.ask(session, actor, self._turnup(session)).id
        forecast_jobs.run(number)
        with transaction() as session:
            for name in ("omar", "nina"):
                user = self._user(session, name)
                forecast = forecast_rows.latest(session, self.turnup_id)
                assert forecast is not None, "it was just made"
                signoffs.sign(session, by(user), user, forecast.id, "Looks right, and it fits.")
            readiness.advance_by_itself(session, SYSTEM, self._turnup(session))

    def _book(self, ahead: timedelta) -> int:
        practice = not ahead
        plan = TEMPLATES["practice" if practice else "canary"]
        wiring = {
            "kind": "rehearsal",
            "config": {"rate": self.company.rate, "seed": self.turnup_id},
        }
        with transaction() as session:
            turnup, starts_at = self._turnup(session), clock.now() + ahead
            cutover = cutovers.book(
                session,
                by(self._user(session, "ann")),
                turnup,
                title=f"{self.company.name}: flip {self.company.host}",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=8 if practice else 3),
                steps=plan.steps,
                hostnames=turnup.hostnames,
                wiring=cutovers.Wiring(wiring, wiring),
            )
            rosters.want(session, by(self._user(session, "ann")), cutover)
            readiness.advance_by_itself(session, SYSTEM, turnup)
            number = cutover.id
        roster_jobs.solve(number)
        return number

    def _staff(self, cutover_id: int) -> None:
        with transaction() as session:
            for seat in roster_rows.seats(session, cutover_id):
                if seat.user is not None and seat.role == "primary":
                    rosters.accept(session, by(seat.user), seat.user, seat.id)

    def _say_go(self, cutover_id: int) -> None:
        with transaction() as session:
            for seat in roster_rows.seats(session, cutover_id):
                if seat.user is not None:
                    rosters.on_station(session, by(seat.user), seat.user, seat.id)
            session.flush()
            for seat in roster_rows.seats(session, cutover_id):
                if seat.user is not None and seat.role == "primary":
                    said = (session, by(seat.user), seat.user, cutover_id, True, "")
                    readiness.vote(*said)


def ready_cutover(turnup_id: int) -> int:
    """The id of the turn-up's cutover."""
    query = db.session.query(Cutover.id).filter_by(turnup_id=turnup_id)
    return int(query.order_by(Cutover.id.desc()).limit(1).scalar())
