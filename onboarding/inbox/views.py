"""What mail was refused, for whoever runs the installation."""

from flask import Blueprint, render_template

from onboarding.db import db
from onboarding.inbox import queries
from onboarding.people.access import me, requires

inbox = Blueprint("inbox", __name__)


@inbox.get("/mail")
@requires("settings.edit")
def refused() -> str:
    mails = queries.refused(db.session())
    return render_template("inbox/refused.html", mails=mails, zone=me().timezone)
