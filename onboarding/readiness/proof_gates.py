"""Gates that are met by what was seen: rehearsal, roll-back, switch, metrics, certificates, TTL. Pure."""

from datetime import datetime, timedelta

from onboarding.readiness.facts import Facts, Gate
from onboarding.readiness.ttl_clock import TtlClock

PROVE = "prove it below: nothing is moved"


def rehearsal(facts: Facts) -> Gate:
    """Where the operator demands one: a rehearsal that went to its end lately enough, or rightly took
    traffic back from what its script broke."""
    days, at = facts.rehearsal_days, facts.rehearsed
    if at is None:
        why = f"none went as it should, one in the last {days} days is demanded" if days else "none"
    else:
        why = f"the last went as it should on {_day(at)}"
    met = at is not None and not _older(facts, at, days)
    if at is not None and not met:
        why += f", {days} days at most are demanded"
    hint = "book one on the practice switch and run it"
    return Gate("rehearsal", "Rehearsal", met, why, "ops", hint, needed=days > 0)


def rollback(facts: Facts) -> Gate:
    """The roll-back was proved on the real switch, under the settings of now."""
    proof = facts.proof
    why = _unproved(facts) or (proof.rollback if proof else "") or "proved on the switch itself"
    return _of_proof(facts, "rollback", "Roll-back proved", why, bool(proof and proof.rollback))


def switch(facts: Facts) -> Gate:
    """The switch answers."""
    proof = facts.proof
    why = _unproved(facts) or (proof.switch if proof else "") or "it answers"
    return _of_proof(facts, "switch", "Switch", why, bool(proof and proof.switch))


def metrics(facts: Facts) -> Gate:
    """The source of counts answers."""
    proof = facts.proof
    why = _unproved(facts) or (proof.metrics if proof else "") or "the source answers"
    return _of_proof(facts, "metrics", "Metrics", why, bool(proof and proof.metrics))


def _unproved(facts: Facts) -> str:
    """Why there is no proof that counts; empty where there is."""
    proof = facts.proof
    if proof is None:
        return "not asked yet"
    if proof.running:
        return "it is being asked just now"
    if proof.void:
        return f"asked on {_day(proof.at)}, void: {proof.void}"
    if _older(facts, proof.at, facts.proof_days):
        return f"asked on {_day(proof.at)}, more than {facts.proof_days} days ago"
    return ""


def _of_proof(facts: Facts, key: str, title: str, why: str, faulty: bool) -> Gate:
    met = not _unproved(facts) and not faulty
    told = facts.proof.told if facts.proof and key == "rollback" else ()
    return Gate(key, title, met, why, "ops", PROVE, needed=facts.proof_days > 0, evidence=told)


def certificates(facts: Facts) -> Gate:
    """No certificate that a probe looks at is wrong or still to come."""
    wrong = [one for one in facts.certificates if one.passes is False]
    bad = [one for one in wrong if one.needed]
    open_ones = [
        one for one in facts.certificates if one.passes is None and one.needed and not one.settled
    ]
    seen = [one for one in facts.certificates if one.passes]
    evidence = tuple(
        f"{one.title}: {one.saw}" + (f", seen {_moment(one.at)}" if one.at else "")
        for one in (*wrong, *seen)
    )
    if bad:
        why = f"not as it should be: {', '.join(one.title for one in bad[:3])}"
    elif open_ones:
        why = f"not seen yet: {', '.join(one.title for one in open_ones[:3])}"
    else:
        why = f"{len(seen)} seen active" if seen else "none is watched by a probe"
    met = not bad and not open_ones
    hint = "see what the probe found, on the checklist"
    return Gate("certificates", "Certificates", met, why, "customer", hint, evidence=evidence)


def ttl(facts: Facts) -> Gate:
    """Nobody keeps an answer with the old, long TTL any more."""
    now = facts.now
    left = [one for one in facts.ttls if now is None or not one.elapsed(now)]
    evidence = tuple(_clock(one) for one in facts.ttls)
    if not facts.ttls:
        why = "none is watched by a probe"
    elif not left:
        why = "the old TTL has elapsed everywhere"
    else:
        why = "; ".join(_why(one) for one in left[:3])
    hint = "lower it, and wait for as long as it was; or switch later"
    return Gate("ttl", "TTL elapsed", not left, why, "customer", hint, facts.ttl_binds, evidence)


def _why(one: TtlClock) -> str:
    if one.now is None:
        return f"{one.name}: its TTL was not seen yet"
    if one.safe_at is None:
        return f"{one.name}: its TTL is {one.now} s, {one.wanted} s or less are wanted"
    return f"{one.name}: TTL not yet elapsed, earliest safe switch {_moment(one.safe_at)}"


def _clock(one: TtlClock) -> str:
    if one.lowered_at is None or one.safe_at is None:
        return _why(one)
    old = f"{one.old} s before" if one.old is not None else "not seen before (a day is assumed)"
    when, safe = _moment(one.lowered_at), _moment(one.safe_at)
    return f"{one.name}: {one.now} s since {when}, {old}; safe from {safe}"


def _older(facts: Facts, at: datetime, days: int) -> bool:
    return bool(days) and facts.now is not None and facts.now - at > timedelta(days=days)


def _day(at: datetime) -> str:
    return f"{at:%d %b %Y}"


def _moment(at: datetime) -> str:
    return f"{at:%d %b %H:%M} UTC"
