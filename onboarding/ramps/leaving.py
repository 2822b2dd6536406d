"""Look, from a conductor, whether what the plan has checked at a step holds."""

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.db import db
from onboarding.ramps.checking import unmet
from onboarding.ramps.drive import CHECK_EVERY_S, Drive
from onboarding.ramps.figures import figures


def check(drive: Drive, keys: tuple[str, ...]) -> None:
    """Look every few seconds; `drive.unmet` says what does not hold."""
    now = clock.ticks()
    if now - drive.checked_at < CHECK_EVERY_S:
        return
    drive.checked_at = now
    session = db.session()
    try:
        cutover = session.get_one(Cutover, drive.cutover_id)
        drive.unmet = unmet(session, cutover, keys, figures(drive))
    finally:
        session.rollback()
