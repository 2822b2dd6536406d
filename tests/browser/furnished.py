"""The practice vendor of `turnup up --demo`, with something on every page that links lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cli.demo_outreach import add_outreach
from onboarding.cli.demo_people import add_sites, add_staff
from onboarding.cli.demo_story import COMPANIES, Story, by, ready_cutover
from onboarding.cli.demo_tickets import add_tickets
from onboarding.comparisons import actions as comparisons
from onboarding.comparisons.answers import Seen
from onboarding.configs import actions as configs
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.ships import ShipSaid, add_ship
from onboarding.db import transaction
from onboarding.inbox import jobs as inbox
from onboarding.outreach import choosing, links, wiring
from onboarding.paging import actions as paging
from onboarding.people.models import User
from onboarding.ramps.models import Moment, Ramp
from onboarding.reports import learning
from onboarding.reports.jobs import sweep
from onboarding.rooms import actions as rooms
from onboarding.sharing.actions import make_link
from onboarding.tickets import followers
from onboarding.tickets.models import Ticket
from onboarding.trail.log import SYSTEM, record
from onboarding.windows import actions as windows
from onboarding.windows.jobs import look
from tests.browser.learnt import learn
from tests.browser.opened import runs, ticked
from tests.cast import PASSWORD, Cast
from tests.services.mail import written
from tests.stories import book, customer

OLD = Seen(200, {"content-type": "text/html", "cache-control": "max-age=60"}, "a" * 64, 900, ms=40)
NEW = Seen(200, {"content-type": "text/html", "x-cache": "HIT"}, "b" * 64, 870, ms=9)


@dataclass(frozen=True)
class House:
    """Addresses of one person for each role, who sign in with `PASSWORD`; the customer's shared
    pages; a cutover that is ready to be flipped; another that is running; a turn-up that is live, its
    origin wired."""

    people: dict[str, str]
    shared: tuple[str, ...]
    cutover: int
    running: int
    live: int


def furnish() -> House:
    """Fill an empty database."""
    with transaction() as session:
        add_sites(session)
        made = add_staff(session, PASSWORD)
        staff = {first: user.id for first, user in made.items()}
        people = {user.role: user.email for user in made.values()}
    stories = [Story(company, PASSWORD, staff) for company in COMPANIES]
    for story in stories:
        story.walk()
    practised = stories[-1]
    number = ready_cutover(practised.turnup_id)
    with transaction() as session:
        ann = session.get_one(User, staff["ann"])
        handed = session.get_one(Ticket, add_tickets(session, practised, staff)[1])
        (follower,) = followers.readers(session, handed)
        search = _busy(session, ann, session.get_one(Turnup, stories[2].turnup_id), number)
        shared = []
        for story, person in ((stories[2], stories[2].user_id), (practised, None)):
            turnup = session.get_one(Turnup, story.turnup_id)
            token = make_link(session, by(ann), turnup, for_user=person)[1]
            shared.append(f"/share/{token}")
        live = next(one for one in stories if one.company.to == "live")
        told = add_outreach(session, live, staff)
        turnup = session.get_one(Turnup, live.turnup_id)
        customer_id = turnup.customer_id
        wiring.wire(session, by(ann), turnup.id, {"kind": "haproxy", "config": {}})
        choosing.mute(session, by(ann), turnup.customer, "misses", 1.0, "their own tests")
        link = links.link(told, live.user_id)
        shared.append(f"/outreach/answer/{link.rpartition('/')[2]}")
        shared.append(f"/questions/followed/{followers.link(follower).rpartition('/')[2]}")
    look(search)
    _mailed()
    learn(staff, customer_id)
    with transaction() as session:
        _after(session, session.get_one(User, staff["ann"]), number)
    sweep()
    people["customer"] = practised.email
    return House(people, tuple(shared), number, _running(staff), live.turnup_id)


def _mailed() -> None:
    """A mail that waits for a look, with a file and a quotation, and one that became a ticket."""
    spam = written("news@else.example", "t@vendor.example", "Buy now", "Cheap\n\n> you said")
    spam["X-Spam-Flag"] = "YES"
    spam.add_attachment(b"x" * 4000, maintype="image", subtype="png", filename="offer.png")
    asks = written("bob@else.example", "t@vendor.example", "Prices", "What is it?")
    for mail in (spam, asks):
        inbox.take(mail.as_bytes())


def _running(staff: Mapping[str, int]) -> int:
    """The number of a cutover that runs: traffic counted on both paths, the guard at work, what
    people and the program have said."""
    known = customer("Umbra", manager=staff["ann"])
    number = book(Cast(dict(staff)), known, starts_in=timedelta(minutes=2))
    runs(number, ticked(5_000))
    now, arm = clock.now(), {"seconds": 1, "requests": 500, "errors": 2, "slow": 3, "misses": 40}
    with transaction() as session:
        ramp = session.query(Ramp).filter_by(cutover_id=number).one()
        for n in range(60):
            at = now - timedelta(seconds=60 - n)
            seen = Moment(ramp_id=ramp.id, at=at, seconds=1, state="holding", step=1, share=5.0)
            seen.moved, seen.control, seen.counted_at = arm, dict(arm, errors=1), at
            seen.evidence = {"errors": 0.2}
            session.add(seen)
        said = {"run": 1, "share": 5.0, "step": 1}
        for kind in ("ramp.started", "ramp.share", "guard.evidence"):
            record(session, f"cutover:{number}", kind, SYSTEM, said)
        room = rooms.of_cutover(session, session.get_one(Cutover, number))
        ann = session.get_one(User, staff["ann"])
        rooms.say(session, rooms.author(session, by(ann), ann, room), room, "We have begun")
    return number


def _after(session: Session, ann: User, number: int) -> None:
    """What was learnt in another cutover, which was begun, and what is to be done about it."""
    others = select(Cutover.id).where(Cutover.id != number).order_by(Cutover.id)
    number = session.scalars(others).first() or number
    ramp = Ramp(cutover_id=number, run=1, state="abandoned", since=clock.now(), share=0.0)
    ramp.started_at = ramp.ended_at = clock.now()
    session.add(ramp)
    learning.learn(session, by(ann), number, "Warm the cache first", True)
    wish = learning.Wish("Raise the TTL", ann.id, clock.now() + timedelta(days=3))
    learning.follow_up(session, by(ann), number, wish)
    times = (clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=3))
    add_ship(session, by(ann), ShipSaid("New kernel", "Edge", "medium", *times))


def _busy(session: Session, ann: User, turnup: Turnup, number: int) -> int:
    """Versions of a configuration, a comparison, a page, a room, and a search for windows, whose
    number it returns."""
    actor = by(ann)
    configs.add_version(session, actor, turnup, 0, {"main.vcl": "set beresp.ttl = 60s;\n"})
    configs.add_version(session, actor, turnup, 1, {"main.vcl": "set beresp.ttl = 90s;\n"})
    url = f"https://{turnup.hostnames[0].name}/"
    run = comparisons.ask(session, actor, turnup, [url], "192.0.2.1", "192.0.2.2")
    comparisons.note_answers(session, run.id, [(url, OLD, NEW)])
    subject, link = f"cutover:{number}", f"/cutovers/{number}"
    paging.page(session, actor, subject, ["team:ops"], "The switch hangs", link, "test:page")
    room = rooms.of_cutover(session, session.get_one(Cutover, number))
    rooms.say(session, rooms.author(session, actor, ann, room), room, "Shall we begin?")
    return windows.ask(session, actor, [turnup], windows.Terms(clock.now(), days=2)).id
