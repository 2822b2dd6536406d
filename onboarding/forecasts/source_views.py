"""/capacity/sources: where the network's own load is asked for."""

from flask import Blueprint, Response

from onboarding.db import transaction
from onboarding.errors import BadInput
from onboarding.forecasts import sources
from onboarding.forecasts.capacity_views import overview_page
from onboarding.people.access import actor, requires
from onboarding.web import forms
from onboarding.web.fragments import done

source_pages = Blueprint("capacity_sources", __name__)


@source_pages.post("/capacity/sources")
@requires("capacity.edit")
def set_source() -> Response:
    try:
        site_id = int(forms.number("site", least=1, most=2**31 - 1))
        unit = forms.choice("unit", sources.UNITS)
        url, query = forms.text("url", longest=300), forms.text("query", longest=2000)
        token = forms.text("secret", longest=60, needed=False)
        with transaction() as session:
            sources.set_source(session, actor(), site_id, unit, url, query, token)
    except BadInput as wrong:
        return overview_page(wrong)
    return done("/capacity#sources")


@source_pages.post("/capacity/sources/<int:source_id>/ask")
@requires("capacity.edit")
def ask(source_id: int) -> Response:
    with transaction() as session:
        sources.get(session, source_id)
        sources.ask_soon(source_id)
    return done("/capacity#sources")


@source_pages.post("/capacity/sources/<int:source_id>/remove")
@requires("capacity.edit")
def remove(source_id: int) -> Response:
    with transaction() as session:
        sources.remove(session, actor(), source_id)
    return done("/capacity#sources")
