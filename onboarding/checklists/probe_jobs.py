"""The RQ edge of probes. Nothing is looked at within a transaction."""

from onboarding.checklists import probe_actions, probe_queries
from onboarding.checklists.probing.look import look
from onboarding.checklists.probing.network import Network
from onboarding.config import settings
from onboarding.db import db, transaction


def look_at(item_id: int, network: Network | None = None) -> None:
    """Run the probe of one item and note what it saw; `network` is that of the operator's settings
    unless another is given."""
    reading = db.session()
    question = probe_queries.question(reading, item_id)
    reading.rollback()
    if question is None:
        with transaction() as session:
            probe_actions.rest(session, item_id)
        return
    network = network or Network.of(settings())
    seen = look(question.probe, question.hostnames, question.facts, network)
    with transaction() as session:
        probe_actions.note_result(session, item_id, seen)


def sweep() -> None:
    """Have every item looked at whose probe is due: open ones so that they tick, done ones so that
    they stay so."""
    with transaction() as session:
        due = probe_actions.take_due(session)
    for item_id in due:
        probe_actions.enqueue_look(item_id, "heavy")
