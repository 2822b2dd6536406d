"""The RQ edge of outreach: what the checklists' probes see coming, and chances."""

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.outreach import drafting, finding, queries, rounds
from onboarding.outreach.signs import Sign


def probes() -> None:
    """Trouble that probes of live turn-ups see coming: a certificate that runs out, a name that
    points elsewhere. Each turn-up in a transaction of its own."""
    session = db.session()
    watched = list(rounds.candidates(session))
    lasting = queries.lasting(session, watched)
    seen = {turnup_id: drafting.probed(session, turnup_id) for turnup_id in watched}
    now = clock.now().timestamp()
    signs = {
        turnup_id: [
            Sign(signal, now, one.first_at.timestamp(), 0.0, 0.0, one.saw)
            for signal, one in found.items()
        ]
        for turnup_id, found in seen.items()
    }
    over = {
        turnup_id: [
            name
            for name in set(drafting.PROBES.values())
            if name in row.signals
            and not row.signals[name].get("healed")
            and name not in seen[turnup_id]
        ]
        for turnup_id, row in lasting.items()
    }
    session.rollback()
    for turnup_id in watched:
        if over.get(turnup_id) or signs[turnup_id]:
            with transaction() as writing:
                if over.get(turnup_id):
                    finding.healed(writing, turnup_id, over[turnup_id], clock.now())
                if signs[turnup_id]:
                    finding.found(writing, turnup_id, signs[turnup_id], {})


def chances() -> None:
    """Look for what live customers could gain by another round, and close what is long over."""
    with transaction() as session:
        finding.tidy(session)
    for turnup_id in list(rounds.candidates(db.session())):
        with transaction() as session:
            rounds.look(session, turnup_id)
