"""The RQ edge of training: who holds a certificate hears before it runs out."""

from onboarding.db import db, transaction
from onboarding.people.models import Certificate
from onboarding.people.path_queries import running_out
from onboarding.people.paths import REMINDED_BEFORE, remind


def sweep() -> None:
    """Tell of certificates that run out soon, each once."""
    for certificate_id in [one.id for one in running_out(db.session(), REMINDED_BEFORE)]:
        with transaction() as session:
            found = session.get(Certificate, certificate_id)
            if found is not None:
                remind(session, found)
