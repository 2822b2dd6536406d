"""The RQ edge of comparisons. Nothing is asked within a transaction."""

from concurrent.futures import ThreadPoolExecutor

from onboarding.checklists.probing.network import Network
from onboarding.comparisons import actions
from onboarding.comparisons.answers import Seen
from onboarding.comparisons.asking import ask
from onboarding.comparisons.models import Comparison
from onboarding.config import settings
from onboarding.db import db, transaction

AT_ONCE = 4  # URLs: gentle with servers that serve real visitors


def run(number: int, network: Network | None = None) -> None:
    """Ask every URL on both paths and keep what came; `network` is that of the operator's settings
    unless another is given."""
    reading = db.session()
    found = reading.get(Comparison, number)
    if found is None or found.state == "done":
        return
    urls, old_at, new_at = list(found.urls), found.old_at, found.new_at
    reading.rollback()
    chosen = network or Network.of(settings())

    def both(url: str) -> tuple[str, Seen, Seen]:
        return url, ask(url, old_at, chosen), ask(url, new_at, chosen)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(both, urls))
    with transaction() as session:
        actions.note_answers(session, number, answers)


def sweep() -> None:
    """Ask again for runs whose job was lost."""
    with transaction() as session:
        lost = actions.left_behind(session)
    for number in lost:
        actions.enqueue_run(number)
