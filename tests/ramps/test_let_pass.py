"""What two people overruled for a start does not stand in the way of the run's later goes."""

from datetime import timedelta

from onboarding import clock
from onboarding.cutovers.models import Cutover, Freeze
from onboarding.db import db, transaction
from onboarding.people.models import User
from onboarding.readiness import evidence, overruling
from onboarding.rosters.models import Roster, Seat
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.ramps.lab import Lab


def test_an_overrule_of_a_start_holds_for_the_whole_run(lab: Lab, cast: Cast) -> None:
    now = clock.now()
    with transaction() as session:
        cutover = session.get_one(Cutover, lab.cutover_id)
        cutover.practice = False
        cutover.steps[1].after, cutover.steps[2].before = ["counts"], ["freeze"]
        seat = Seat(team="ops", role="primary", user_id=cast["olga"], state="accepted")
        session.add(Roster(cutover_id=cutover.id, state="solved", seats=[seat]))
        day = timedelta(days=1)
        session.add(Freeze(name="Year end", starts_at=now - day, ends_at=now + day))
    keys = [
        g.key
        for g in evidence.gates(db.session(), db.session.get_one(Cutover, lab.cutover_id))
        if g.blocks
    ]
    assert {"freeze", "on_station", "metrics"} <= set(keys)
    for act in ("propose", "second"):
        with transaction() as session:
            user = session.get_one(User, cast["omar" if act == "propose" else "ann"])
            actor = Actor(f"user:{user.id}", "web")
            if act == "propose":
                why = "The launch cannot wait"
                row = overruling.propose(session, actor, user, lab.cutover_id, keys, why)
                number = row.id
            else:
                overruling.second(session, actor, user, lab.cutover_id, number)
    engine = lab.conductor(ready=evidence.ready)
    lab.press("start")
    lab.beat(engine, 8)
    assert lab.standing().mark == "1/waiting_go/2"
    with transaction() as session:  # a change of the plan voids it for starts to come
        session.get_one(Cutover, lab.cutover_id).version += 1
    lab.source.mode = "gone"  # as two people knew beforehand
    lab.beat(engine, 20)
    go = lab.press("go")
    lab.beat(engine, 3)
    assert lab.command(go).state == "done", lab.command(go).answer
    past = lab.entries("ramp.go")[-1]["overruled"]
    assert {"freeze", "on_station", "metrics"} == {rule["key"] for rule in past}


def test_what_was_not_overruled_still_stands_in_the_way(lab: Lab) -> None:
    now = clock.now()
    with transaction() as session:
        cutover = session.get_one(Cutover, lab.cutover_id)
        cutover.practice, cutover.demand_on_station = False, False
        cutover.steps[2].before = ["freeze"]
        day = timedelta(days=1)
        session.add(Freeze(name="Year end", starts_at=now - day, ends_at=now + day))
    engine = lab.at_the_go()
    go = lab.press("go")
    lab.beat(engine)
    assert "Freeze: frozen: Year end" in lab.command(go).answer
