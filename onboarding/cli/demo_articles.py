"""What the demo's vendor has written down."""

from sqlalchemy.orm import Session

from onboarding.cli.demo_story import by
from onboarding.knowledge import actions as knowledge
from onboarding.knowledge.actions import Given
from onboarding.people.models import User

ARTICLES = (
    Given(
        "How low the TTL should be before the switch",
        "Set the TTL of the records that move to **300 seconds**, at least a day before the window.\n\n"
        "1. Look at what your authoritative servers answer, not your resolver.\n"
        "2. Wait for as long as the old TTL was.\n"
        "3. Leave it low until two days after the last step.\n",
        stage="config",
        area="dns",
        public=True,
    ),
    Given(
        "Which addresses your firewall has to let in",
        "Requests come to your origin from our edge. Let its addresses in before the first test, and "
        "keep the old path's until the turn-up is over.\n\n"
        "A `403` from your origin on the test page means that one is missing.\n",
        stage="config",
        area="origin",
        public=True,
    ),
    Given(
        "A certificate that does not cover the name without www",
        "A wildcard covers one label: `*.example.com` covers `www.example.com` and not `example.com`. "
        "Order a certificate that names both.\n",
        stage="test",
        area="tls",
        public=True,
    ),
    Given(
        "When misses rise after a step",
        "A cache that is new to a region begins empty: misses rise with each step and fall within the "
        "hour. Look at the origin's load before anybody holds the ramp for it.\n",
        stage="ramping",
        area="caching",
    ),
)


def add_articles(session: Session, staff: dict[str, int]) -> None:
    """Published, so that they are found and shown beside the checklists."""
    sue = session.get_one(User, staff["sue"])
    for given in ARTICLES:
        knowledge.publish(session, by(sue), knowledge.write(session, by(sue), given).id)
