"""Write a post by hand."""

from flask import Blueprint, Response

from onboarding.cutovers import queries as cutovers
from onboarding.db import transaction
from onboarding.people.access import actor, requires
from onboarding.posts import actions
from onboarding.web import forms
from onboarding.web.fragments import done

posts = Blueprint("posts", __name__)


@posts.post("/cutovers/<int:cutover_id>/posts")
@requires("posts.write")
def write(cutover_id: int) -> Response:
    audience, text = forms.text("audience", longest=20), forms.text("text", longest=2000)
    with transaction() as session:
        actions.write(session, actor(), cutovers.get(session, cutover_id), audience, text)
    return done(f"/cutovers/{cutover_id}")
