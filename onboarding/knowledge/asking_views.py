"""What is shown where somebody asks or works: articles beside a question as it is written, and
beside an item of a checklist."""

from flask import Blueprint, Response, g, render_template, request

from onboarding.customers.stages import STAGES
from onboarding.db import db, transaction
from onboarding.knowledge import beside as articles
from onboarding.knowledge import offering
from onboarding.knowledge.access import known_as, reader
from onboarding.knowledge.areas import AREAS
from onboarding.people.access import public
from onboarding.web.fragments import done
from onboarding.web.language import first_known
from onboarding.web.limits import limiter

suggesting = Blueprint("suggesting", __name__)


@suggesting.post("/knowledge/suggest")
@public
@limiter.limit("120 per minute")
def suggest() -> str:
    """Nothing to protect: it finds what whoever asks may read. Takes what is typed so far (`subject`,
    `text`, `question`), where (`place`) and in the `language` of that page; nothing of it is kept."""
    g.language = first_known(request.form.get("language", "")) or "en"
    hits = offering.offered(db.session(), reader(), request.form)
    return render_template("knowledge/_suggested.html", hits=hits, at="/knowledge")


@suggesting.post("/knowledge/solved")
@public
@limiter.limit("30 per minute")
def solved() -> Response:
    """Protected as what is named is: "this answers it" counts a question that need not be asked, and
    leads to the answer."""
    who, where = known_as(), offering.place(request.form)
    with transaction() as session:
        ref = request.form.get("solved", "")
        link = offering.spare(session, reader(), who, ref, where)
    return done(link)


@suggesting.get("/knowledge/beside")
@public
@limiter.limit("240 per minute")
def beside() -> str:
    """Articles for something to do: `about` in its words, at a `stage`; those of its area and
    stage first. Nothing to protect: it finds what whoever asks may read."""
    about = request.args.get("about", "").replace("\x00", "")
    stage, area = request.args.get("stage", ""), request.args.get("area", "")
    stage, area = stage if stage in STAGES else "", area if area in AREAS else ""
    hits = articles.on(db.session(), reader(), about, stage, area)
    return render_template("knowledge/_beside.html", hits=hits)
