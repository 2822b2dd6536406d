"""What is shown where somebody asks or works: articles beside a question as it is written, and
beside an item of a checklist."""

from flask import Blueprint, Response, g, render_template, request
from flask_login import current_user

from onboarding.customers.queries import customer_of
from onboarding.customers.stages import STAGES
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.knowledge import actions, passages
from onboarding.knowledge.access import known_as, reader
from onboarding.knowledge.areas import AREAS, area_of
from onboarding.knowledge.models import ASKING
from onboarding.knowledge.search import Narrow, readable, search
from onboarding.people.access import public
from onboarding.web.fragments import done
from onboarding.web.language import first_known
from onboarding.web.limits import limiter

suggesting = Blueprint("suggesting", __name__)
SHOWN, SHORTEST = 3, 8  # hits, and characters before anything is looked for
CLEAR = 0.25  # the share of the words typed that a hit must hold
LONGEST = 4000


@suggesting.post("/knowledge/suggest")
@public
@limiter.limit("120 per minute")
def suggest() -> str:
    """Nothing to protect: it finds what whoever asks may read. Takes what is typed so far (`subject`,
    `text`, `question`), where (`place`) and in the `language` of that page; nothing of it is kept."""
    g.language = first_known(request.form.get("language", "")) or "en"
    typed = " ".join(
        request.form.get(name, "")[:LONGEST] for name in ("subject", "text", "question")
    ).strip()
    found = []
    if len(typed) >= SHORTEST:
        hits = search(db.session(), reader(), typed.replace("\x00", ""), limit=SHOWN)
        found = [hit for hit in hits if hit.share >= CLEAR]
    return render_template("knowledge/_suggested.html", hits=found, place=_place())


def _place() -> str:
    given = request.form.get("place", "")
    return given if given in ASKING else ASKING[0]


@suggesting.post("/knowledge/solved")
@public
@limiter.limit("30 per minute")
def solved() -> Response:
    """Protected as what is named is: "this answers it" counts a question that need not be asked, and
    leads to the answer."""
    who, kept = known_as(), passages.of(db.session(), request.form.get("solved", "")[:100])
    if kept is None or not readable(kept, reader()):
        raise BadInput("there is no such answer", place="solved", hint="go back and ask")
    ref, link = kept.ref, kept.link
    customer = customer_of(db.session(), current_user) if current_user.is_authenticated else None
    customer_id = customer.id if customer else None
    with transaction() as session:
        actions.say_helped(session, ref, who, yes=True, place=_place(), customer_id=customer_id)
    return done(link)


@suggesting.get("/knowledge/beside")
@public
@limiter.limit("240 per minute")
def beside() -> str:
    """Articles for something to do: `about` in its words, at a `stage`; those of its area and
    stage first. Nothing to protect: it finds what whoever asks may read."""
    about = request.args.get("about", "").replace("\x00", "")[:300]
    stage = request.args.get("stage", "")
    stage = stage if stage in STAGES else ""
    area = request.args.get("area", "")
    area = area if area in AREAS else area_of(about)
    session, who = db.session(), reader()
    hits = search(session, who, about, Narrow(("article",), stage), 3 * SHOWN)
    clear = [hit for hit in hits if hit.share >= CLEAR]
    ordered = sorted(clear, key=lambda hit: not area or hit.passage.area != area)  # stable
    return render_template("knowledge/_beside.html", hits=ordered[:SHOWN])
