"""Training paths: who is on them, what counts, and the certificate at the end."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.errors import BadInput, NotAllowed, NotFound, Refused
from onboarding.outbox.actions import post
from onboarding.people import courses, profile, profiles, skills
from onboarding.people.models import Certificate, Team, User
from onboarding.people.path_models import Trainee, TrainingDuty, TrainingEvent, TrainingPath
from onboarding.people.path_queries import counts_from, demands
from onboarding.people.permissions import may
from onboarding.trail.log import Actor, record

MOST_SESSIONS, MOST_TIMES, LONGEST_DAYS = 40, 50, 5 * 366
REMINDED_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class PathSaid:
    """A path as its form has it; `sessions` one a line."""

    kind: str
    name: str
    skill: str
    sessions: str = ""
    pairings: int = 0
    shadows: int = 0
    valid_days: int = 365
    about: str = ""


def make(session: Session, actor: Actor, team: Team | None, said: PathSaid) -> TrainingPath:
    """A new path, of a team or (None) of all. Raises BadInput at the field."""
    path = TrainingPath(team_id=team.id if team else None)
    _keep(path, said)
    session.add(path)
    session.flush()
    record(session, "system", "training.path_made", actor, {"path": path.id, "skill": path.skill})
    return path


def change(session: Session, actor: Actor, path: TrainingPath, said: PathSaid) -> None:
    """Ask for something else from now on; what people did stays. Raises BadInput at the field."""
    _keep(path, said)
    record(session, "system", "training.path_changed", actor, {"path": path.id})


def retire(session: Session, actor: Actor, path: TrainingPath) -> None:
    """Nobody new begins it. Twice is once."""
    if path.retired_at is None:
        path.retired_at = clock.now()
        record(session, "system", "training.path_retired", actor, {"path": path.id})


def _keep(path: TrainingPath, said: PathSaid) -> None:
    if said.kind not in courses.KINDS:
        hint = f"one of {', '.join(courses.KINDS)}"
        raise BadInput(f"{said.kind!r} is no kind", place="kind", hint=hint)
    skill = profile.words(said.skill, "skill")
    if len(skill) != 1:
        raise BadInput("a path leads to one skill", place="skill", hint="such as bgp")
    titles = list(dict.fromkeys(" ".join(one.split()) for one in said.sessions.splitlines()))
    titles = [one[:120] for one in titles if one]
    if len(titles) > MOST_SESSIONS:
        raise BadInput("these are many sessions", place="sessions", hint=f"at most {MOST_SESSIONS}")
    if not (titles or said.pairings or said.shadows):
        hint = "a session, a pairing or a shadow duty"
        raise BadInput("the path asks for nothing", place="sessions", hint=hint)
    path.kind, path.name, path.skill, path.about = said.kind, said.name, skill[0], said.about
    path.sessions, path.pairings, path.shadows = titles, said.pairings, said.shadows
    path.valid_days = said.valid_days


def check_leads(user: User, path: TrainingPath) -> None:
    """Raises NotAllowed unless `user` leads the path's team, or keeps everybody's records."""
    if not leads(user, path.team):
        hint = "ask them, or an administrator"
        raise NotAllowed("Only the lead of the team changes its training", hint=hint)


def leads(user: User, team: Team | None) -> bool:
    """Whether `user` keeps the paths of `team` (None: those of all)."""
    everybodys = may(user.role, "people.edit")
    return everybodys or (team is not None and team.lead_id == user.id)


def begin(
    session: Session, actor: Actor, path: TrainingPath, user: User, mentor_id: int | None
) -> Trainee:
    """`user` is on the path from now on, beside the mentor; anew where they were certified before."""
    if path.retired_at is not None:
        raise Refused("This path takes nobody new", hint="choose another")
    if path.team_id is not None and user.team_id != path.team_id:
        raise BadInput("they are of another team", place="user", hint="choose from the list")
    mentor = session.get(User, mentor_id) if mentor_id else None
    if mentor_id and (mentor is None or mentor.role == "customer" or mentor.id == user.id):
        raise BadInput("this is no mentor", place="mentor", hint="a colleague")
    query = select(Trainee).where(Trainee.path_id == path.id, Trainee.user_id == user.id)
    row = session.scalar(query.with_for_update(of=Trainee))
    if row is None:
        row = Trainee(path_id=path.id, user_id=user.id, since=clock.now())
        session.add(row)
    elif row.certified_at is not None:
        row.since, row.certified_at = clock.now(), None
    row.mentor_id = mentor.id if mentor else row.mentor_id
    session.flush()
    said = {"path": path.id, "user": user.id, "mentor": row.mentor_id}
    record(session, "system", "training.begun", actor, said)
    return row


def note(
    session: Session,
    actor: Actor,
    noter: User,
    trainee: Trainee,
    kind: str,
    title: str,
    day: date,
    with_id: int | None,
    words: str = "",
) -> TrainingEvent:
    """Somebody attended a session, or worked beside a colleague: noted by another than themselves.
    Raises BadInput, NotAllowed."""
    if noter.id == trainee.user_id:
        hint = "whoever held the session, or worked beside you, notes it"
        raise NotAllowed("Nobody notes their own training", hint=hint)
    if kind not in courses.EVENTS:
        raise BadInput(f"{kind!r} is no kind", place="kind", hint="session or pairing")
    if kind == courses.SESSION and title not in trainee.path.sessions:
        raise BadInput("the path has no such session", place="title", hint="choose from the list")
    first = counts_from(trainee)
    if not first <= day <= clock.now().date():
        hint = f"from {first.isoformat()}, when they began the path, until today"
        raise BadInput("this is no day that counts", place="day", hint=hint)
    colleague = session.get(User, with_id) if with_id else None
    if kind == courses.PAIRING and (colleague is None or colleague.id == trainee.user_id):
        raise BadInput("a pairing is with somebody", place="with", hint="a colleague who is able")
    event = TrainingEvent(trainee_id=trainee.id, kind=kind, day=day, noted_by=noter.id, note=words)
    event.title = title if kind == courses.SESSION else ""
    event.with_id, event.at = colleague.id if colleague else None, clock.now()
    session.add(event)
    session.flush()
    said = {"path": trainee.path_id, "user": trainee.user_id, "kind": kind, "title": event.title}
    record(session, "system", "training.noted", actor, said)
    return event


def certify(session: Session, actor: Actor, by: User, trainee: Trainee) -> Certificate:
    """The certificate at the end of the path, by whoever answers for them. Rosters count the skill
    from now until it runs out. Raises Refused naming what is missing, and for somebody who did not
    begin the path anew since their last one."""
    if by.id == trainee.user_id:
        raise NotAllowed("Nobody certifies themselves", hint="ask the lead of your team")
    profiles.check_lead(by, trainee.user)
    session.refresh(trainee, with_for_update={"of": Trainee})
    if trainee.certified_at is not None:
        hint = "before it runs out they begin the path anew"
        raise Refused(f"Certified already, on {trainee.certified_at:%d %b %Y}", hint=hint)
    missing = courses.lacking(demands(session, trainee))
    if missing:
        raise Refused(
            f"Before the certificate there is missing: {'; '.join(missing)}", hint="then certify"
        )
    trainee.certified_at = clock.now()
    until = clock.now().date() + timedelta(days=trainee.path.valid_days)
    said = {"path": trainee.path_id, "user": trainee.user_id}
    record(session, "system", "training.certified", actor, said)
    return skills.certify(session, actor, trainee.user, trainee.path.skill, until)


def count_duty(session: Session, user_id: int, ref: str, kind: str, at: datetime) -> bool:
    """A flip that somebody stood by for, as the rosters tell; whether it was new."""
    query = select(TrainingDuty.id).where(TrainingDuty.user_id == user_id, TrainingDuty.ref == ref)
    if session.scalar(query) is not None:
        return False
    session.add(TrainingDuty(user_id=user_id, ref=ref, kind=kind, at=at))
    session.flush()
    return True


def remind(session: Session, certificate: Certificate) -> None:
    """A certificate runs out soon: the person and their lead are told, once."""
    user = session.get_one(User, certificate.user_id)
    lead = session.get(User, user.team.lead_id) if user.team and user.team.lead_id else None
    until = certificate.until.isoformat()
    text = (
        f"The certificate for {certificate.skill} of {user.name} runs out on {until}. From then on "
        f"rosters do not count it.\n{settings().public_url}/training\n"
    )
    for one in {user, lead} - {None}:
        assert one is not None
        key = f"certificate:{certificate.id}:{until}:{one.id}"
        letter = Letter(key, one.email, f"Runs out on {until}: {certificate.skill}", text)
        post(session, "email", letter, topic="system")


def get(session: Session, path_id: int) -> TrainingPath:
    """One path. Raises NotFound."""
    found = session.get(TrainingPath, path_id)
    if found is None:
        raise NotFound(f"There is no training path {path_id}", hint="see /training")
    return found


def trainee(session: Session, trainee_id: int) -> Trainee:
    """Somebody on a path. Raises NotFound."""
    found = session.get(Trainee, trainee_id)
    if found is None:
        raise NotFound("They are not on this path", hint="see /training")
    return found
