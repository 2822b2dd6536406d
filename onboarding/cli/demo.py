"""What `turnup up --demo` fills an empty database with: a vendor and its customers, to practise on."""

import json
import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.cli.app import core
from onboarding.cli.demo_articles import add_articles
from onboarding.cli.demo_outreach import add_outreach
from onboarding.cli.demo_people import add_sites, add_staff
from onboarding.cli.demo_story import COMPANIES, Story, by, ready_cutover
from onboarding.cli.demo_tickets import add_tickets
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.customers.queries import people_of
from onboarding.cutovers.allowing import let_customer_hold
from onboarding.db import db, transaction
from onboarding.people.actions import make_token
from onboarding.people.models import User
from onboarding.sharing.actions import make_link


def prepare(public_url: str) -> str:
    """The practice vendor's sign-ins and links, as text; made and kept in `demo.json` on the first
    call. A database that already has people is left as it is."""
    path = settings().home / "demo.json"
    with core():
        if not path.exists():
            if db.session.scalar(select(User.id).limit(1)) is not None:
                return "This database has people already: no demo was added to it."
            path.write_text(json.dumps(_fill(), indent=2) + "\n")
            path.chmod(0o600)
    return _told(json.loads(path.read_text()), public_url)


def _fill() -> dict[str, Any]:
    password = secrets.token_urlsafe(9)
    with transaction() as session:
        add_sites(session)
        staff = {first: user.id for first, user in add_staff(session, password).items()}
    stories = [Story(company, password, staff) for company in COMPANIES]
    for story in stories:
        story.walk()
    shared = [story for story in stories if story.company.to in ("scheduled", "live")]
    with transaction() as session:
        ann = session.get_one(User, staff["ann"])
        add_articles(session, staff)
        add_tickets(session, stories[0], staff)
        add_outreach(session, next(one for one in stories if one.company.to == "live"), staff)
        links = [
            "/share/" + make_link(session, by(ann), session.get_one(Turnup, s.turnup_id), "Demo")[1]
            for s in reversed(shared)
        ]
        links.append(_full_link(session, ann, stories[-1].turnup_id))
        token = make_token(session, by(ann), session.get_one(User, staff["adam"]), "demo")
        people = session.scalars(select(User).order_by(User.id)).unique()
        users = [{"email": u.email, "password": password, "role": u.role} for u in people]
    return {
        "users": users,
        "share": links,
        "ready_cutover": ready_cutover(stories[-1].turnup_id),
        "api_token": token,
    }


def _full_link(session: Session, ann: User, turnup_id: int) -> str:
    """A page on which the customer also works the checklist, asks, and holds."""
    turnup = session.get_one(Turnup, turnup_id)
    person = people_of(session, turnup.customer)[0]
    let_customer_hold(session, by(ann), ready_cutover(turnup_id), allowed=True)
    return "/share/" + make_link(session, by(ann), turnup, person.name, for_user=person.id)[1]


def _told(demo: dict[str, Any], public_url: str) -> str:
    lines = ["", "A practice vendor is set up. Nothing here touches real traffic.", ""]
    lines += [f"  {user['role']:<16} {user['email']}" for user in demo["users"]]
    lines += [
        "",
        f"  the password of all of them: {demo['users'][0]['password']}",
        f"  ready to be flipped: {public_url}/cutovers/{demo['ready_cutover']} (as ann or omar)",
        f"  what the customer sees: {public_url}{demo['share'][0]}",
        f"  all of this again: {settings().home / 'demo.json'}",
        "",
    ]
    return "\n".join(lines)
