"""What people are able to do: skills, certificates that run out, training and who vouched."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, NotFound
from onboarding.people import profile, profiles, training
from onboarding.people.models import Certificate, TrainingStep, User
from onboarding.trail.log import Actor, record


def set_skills(session: Session, actor: Actor, user: User, skills: list[str]) -> None:
    """The skills that somebody has without a certificate."""
    if user.skills != skills:
        user.skills = skills
        said = {"user": user.id, "skills": skills}
        record(session, "system", "people.skills", actor, said)


def certify(session: Session, actor: Actor, user: User, skill: str, until: date) -> Certificate:
    """`user` has `skill` until the end of that day; one that is there is renewed."""
    if not date(2000, 1, 1) <= until <= date(2200, 1, 1):
        raise BadInput("this is no day to come", place="until", hint="like 2027-01-31")
    skill = _one_skill(skill)
    if not skill:
        raise BadInput("a certificate is for a skill", place="skill", hint="such as bgp")
    query = select(Certificate).where(Certificate.user_id == user.id, Certificate.skill == skill)
    session.get(User, user.id, with_for_update={"of": User})
    row = session.scalar(query)
    if row is None:
        row = Certificate(user_id=user.id, skill=skill)
        session.add(row)
    row.until = until
    session.flush()
    said = {"user": user.id, "skill": skill, "until": until.isoformat()}
    record(session, "system", "people.certified", actor, said)
    return row


def withdraw(session: Session, actor: Actor, user: User, certificate_id: int) -> None:
    """Take a certificate away. Raises NotFound."""
    row = session.get(Certificate, certificate_id)
    if row is None or row.user_id != user.id:
        raise NotFound("There is no such certificate", hint="look at the page anew")
    said = {"user": user.id, "skill": row.skill}
    record(session, "system", "people.certificate_withdrawn", actor, said)
    session.delete(row)


def certificates(session: Session, user_id: int) -> list[Certificate]:
    """Somebody's certificates, the first to run out first."""
    query = select(Certificate).where(Certificate.user_id == user_id)
    return list(session.scalars(query.order_by(Certificate.until, Certificate.skill)))


def path(session: Session, user_id: int) -> list[TrainingStep]:
    """Every step of somebody's training, the latest first."""
    query = select(TrainingStep).where(TrainingStep.user_id == user_id)
    return list(session.scalars(query.order_by(TrainingStep.id.desc())))


def step_of(session: Session, user: User, skill: str) -> str:
    """Where somebody is on the path to a skill, or (empty) to standing by at all."""
    last = next((row.step for row in path(session, user.id) if row.skill == skill), "")
    if not skill:
        known = ("trainee", "shadow") if user.trainee else ("able",)
        return last if last in known else known[0]
    if skill in user.skills:
        return "able"
    return last if last != "able" else ""


def vouch(
    session: Session, actor: Actor, voucher: User, user: User, skill: str, step: str, note: str
) -> TrainingStep:
    """`voucher` says that `user` has come to `step`; the step is kept for good. Raises BadInput,
    NotAllowed."""
    session.refresh(user, with_for_update={"of": User})
    skill = _one_skill(skill)
    able = profiles.leads(voucher, user) or (
        voucher.team_id == user.team_id
        and not voucher.trainee
        and (not skill or skill in held(session, voucher))
    )
    now = step_of(session, user, skill)
    training.check(now, step, own=voucher.id == user.id, voucher_able=able)
    row = TrainingStep(
        user_id=user.id, skill=skill, step=step, vouched_by=voucher.id, note=note, at=clock.now()
    )
    session.add(row)
    if not skill:
        user.trainee = step != "able"
    elif step == "able":
        user.skills = sorted({*user.skills, skill})
    elif now == "able":
        user.skills = [one for one in user.skills if one != skill]
    session.flush()
    said = {"user": user.id, "skill": skill, "step": step, "vouched_by": voucher.id}
    record(session, "system", "people.vouched", actor, said, {"note": note})
    return row


def held(session: Session, user: User) -> set[str]:
    """Every skill that somebody has today, those of a certificate among them."""
    today = clock.now().date()
    valid = {row.skill for row in certificates(session, user.id) if row.until >= today}
    return valid | set(user.skills)


def _one_skill(text: str) -> str:
    found = profile.words(text, "skill")
    if len(found) > 1:
        raise BadInput("one skill at a time", place="skill", hint="without commas")
    return found[0] if found else ""
