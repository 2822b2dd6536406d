"""The practice vendor of `turnup up --demo`, with something on every page that links lead to."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cli.demo_people import add_sites, add_staff
from onboarding.cli.demo_story import COMPANIES, Story, by, ready_cutover
from onboarding.cli.demo_tickets import add_tickets
from onboarding.comparisons import actions as comparisons
from onboarding.comparisons.answers import Seen
from onboarding.configs import actions as configs
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.paging import actions as paging
from onboarding.people.models import User
from onboarding.rooms import actions as rooms
from onboarding.sharing.actions import make_link
from onboarding.windows import actions as windows
from onboarding.windows.jobs import look
from tests.cast import PASSWORD

OLD = Seen(200, {"content-type": "text/html", "cache-control": "max-age=60"}, "a" * 64, 900, ms=40)
NEW = Seen(200, {"content-type": "text/html", "x-cache": "HIT"}, "b" * 64, 870, ms=9)


@dataclass(frozen=True)
class House:
    """Addresses of one person for each role, who sign in with `PASSWORD`; the customer's shared
    pages; a cutover that is ready to be flipped."""

    people: dict[str, str]
    shared: tuple[str, ...]
    cutover: int


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
        add_tickets(session, practised, staff)
        search = _busy(session, ann, session.get_one(Turnup, stories[2].turnup_id), number)
        shared = []
        for story, person in ((stories[2], stories[2].user_id), (practised, None)):
            turnup = session.get_one(Turnup, story.turnup_id)
            token = make_link(session, by(ann), turnup, for_user=person)[1]
            shared.append(f"/share/{token}")
    look(search)
    return House(people | {"customer": practised.email}, tuple(shared), number)


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
