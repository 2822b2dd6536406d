"""/cutovers/<id>/report: judge alarms, note what was learnt, who does what by when; /reports/followups."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request

from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, me, requires
from onboarding.reports import judging, learning
from onboarding.reports.customer_version import shareable
from onboarding.reports.cutover_views import page
from onboarding.reports.learning import LONGEST, Wish
from onboarding.reports.sections import SECTIONS
from onboarding.sharing import reporting
from onboarding.web import forms
from onboarding.web.fragments import done

after_pages = Blueprint("after_pages", __name__)
Answer = Response | tuple[str, int]


@after_pages.post("/cutovers/<int:cutover_id>/report/alarms/<int:alarm_id>")
@requires("reports.write")
def judge(cutover_id: int, alarm_id: int) -> Response:
    verdict = forms.choice("verdict", tuple(judging.VERDICTS))
    with transaction() as session:
        judging.judge(session, actor(), cutover_id, alarm_id, verdict)
    return done(f"/cutovers/{cutover_id}/report#alarms")


@after_pages.post("/cutovers/<int:cutover_id>/lessons")
@requires("reports.write")
def learn(cutover_id: int) -> Answer:
    try:
        text = forms.text("text", longest=LONGEST)
        with transaction() as session:
            learning.learn(session, actor(), cutover_id, text, _for_customer())
    except BadInput as problem:
        return _refused(cutover_id, "lesson", problem)
    return done(f"/cutovers/{cutover_id}/report#lessons")


@after_pages.post("/cutovers/<int:cutover_id>/lessons/<int:lesson_id>/remove")
@requires("reports.write")
def forget(cutover_id: int, lesson_id: int) -> Response:
    with transaction() as session:
        learning.forget(session, actor(), cutover_id, lesson_id)
    return done(f"/cutovers/{cutover_id}/report#lessons")


@after_pages.post("/cutovers/<int:cutover_id>/followups")
@requires("reports.write")
def follow_up(cutover_id: int) -> Answer:
    try:
        wish = Wish(
            forms.text("what", longest=LONGEST),
            int(forms.number("owner", least=1, most=2**31 - 1)),
            _end_of_day("due"),
            _for_customer(),
        )
        with transaction() as session:
            learning.follow_up(session, actor(), cutover_id, wish)
    except BadInput as problem:
        return _refused(cutover_id, "followup", problem)
    return done(f"/cutovers/{cutover_id}/report#followups")


@after_pages.post("/followups/<int:followup_id>/<any(done,reopen):verb>")
@requires("reports.write")
def settle(followup_id: int, verb: str) -> Response:
    with transaction() as session:
        row = learning.settle(session, actor(), followup_id, done=verb == "done")
        cutover_id = row.cutover_id
    listed = request.form.get("from") == "list"
    return done("/reports/followups" if listed else f"/cutovers/{cutover_id}/report#followups")


@after_pages.post("/cutovers/<int:cutover_id>/report/<any(share,take_back):verb>")
@requires("reports.share")
def share(cutover_id: int, verb: str) -> Response:
    """Put the customer's version, as it is shown now, on the customer's page; or take it off."""
    with transaction() as session:
        cutover = cutovers.get(session, cutover_id)
        if verb == "share":
            reporting.share(session, actor(), cutover, shareable(session, cutover))
        else:
            reporting.take_back(session, actor(), cutover)
    return done(f"/cutovers/{cutover_id}/report#customers")


@after_pages.get("/reports/followups")
@requires("reports.see")
def listed() -> str:
    """What is open after all cutovers, a page at a time: one's own first asked for."""
    mine = request.args.get("who", "mine") != "all"
    settled = request.args.get("state") == "done"
    given = request.args.get("page", "1")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    rows, more = learning.listed(
        db.session(), me().id if mine else None, done=settled, page=max(1, number)
    )
    return render_template(
        "reports/followups.html",
        followups=rows,
        more=more,
        number=max(1, number),
        mine=mine,
        settled=settled,
        kinds=SECTIONS,
        zone=me().timezone,
    )


def _refused(cutover_id: int, form: str, problem: BadInput) -> tuple[str, int]:
    shown = page(cutover_id, form=form, problem=problem, values=request.form)
    return shown, problem.status


def _for_customer() -> bool:
    return bool(request.form.get("for_customer"))


def _end_of_day(name: str) -> datetime:
    """The end of the day that was named, on the clock of whoever names it."""
    found = forms.day(name)
    try:
        return datetime.combine(found + timedelta(days=1), time(), ZoneInfo(me().timezone))
    except OverflowError:
        raise BadInput("this is too far off", place=name, hint="like 2027-01-31") from None
