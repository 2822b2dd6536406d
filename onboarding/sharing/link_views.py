"""Staff make and revoke links, and say what a turn-up's page shows and lets the customer do."""

from flask import Blueprint, Response, make_response, render_template

from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.cutovers import allowing
from onboarding.db import transaction
from onboarding.errors import NotFound
from onboarding.people.access import actor, requires
from onboarding.sharing import actions
from onboarding.sharing.doors import private
from onboarding.sharing.shared import STANDBY
from onboarding.web import forms
from onboarding.web.fragments import done
from onboarding.web.language import LANGUAGES

share_links = Blueprint("share_links", __name__)


@share_links.post("/turnups/<int:turnup_id>/links")
@requires("sharing.edit")
def make(turnup_id: int) -> Response:
    chosen = forms.text("person", longest=12, needed=False)
    person = int(forms.number_from(chosen, "person", least=1, most=2**31 - 1)) if chosen else None
    spoken = forms.text("language", longest=10, needed=False)
    label, days = forms.text("label", longest=80, needed=False), forms.number("days", least=1)
    locks = {name: forms.text(name, needed=False) for name in ("phrase", "domains")}
    with transaction() as session:
        turnup = session.get(Turnup, turnup_id)
        if turnup is None:
            raise NotFound(f"There is no turn-up {turnup_id}")
        link, token = actions.make_link(
            session,
            actor(),
            turnup,
            label,
            int(min(days, actions.LONGEST_DAYS + 1)),
            for_user=person,
            language=forms.choice("language", LANGUAGES) if spoken else "",
            **locks,
        )
        expires_at = link.expires_at
        works_for = link.user.name if link.user else ""
        is_locked = bool(link.phrase_hash)
    address = f"{settings().public_url}/share/{token}"
    return private(
        make_response(
            render_template(
                "sharing/made.html",
                address=address,
                turnup=turnup,
                expires_at=expires_at,
                works_for=works_for,
                is_locked=is_locked,
            )
        )
    )


@share_links.post("/links/<int:link_id>/revoke")
@requires("sharing.edit")
def revoke(link_id: int) -> Response:
    with transaction() as session:
        turnup_id = actions.revoke(session, actor(), link_id).turnup_id
    return done(f"/turnups/{turnup_id}")


@share_links.post("/turnups/<int:turnup_id>/shared-page")
@requires("sharing.edit")
def settle(turnup_id: int) -> Response:
    """Who stands by, as this turn-up's customer sees it; "default" is the installation's word."""
    shown = forms.choice("standby", ["default", *STANDBY])
    with transaction() as session:
        actions.show_standby(session, actor(), turnup_id, "" if shown == "default" else shown)
    return done(f"/turnups/{turnup_id}#sharing")


@share_links.post("/cutovers/<int:cutover_id>/customer-hold")
@requires("cutovers.plan", "ramps.flip")
def allow_hold(cutover_id: int) -> Response:
    is_allowed = forms.choice("allowed", ["yes", "no"]) == "yes"
    with transaction() as session:
        cutover = allowing.let_customer_hold(session, actor(), cutover_id, is_allowed)
        turnup_id = cutover.turnup_id
    return done(f"/turnups/{turnup_id}#sharing")
