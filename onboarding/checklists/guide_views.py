"""How the things of a checklist are done: the page that items of the shipped templates lead to."""

from flask import Blueprint, render_template
from flask_login import current_user

from onboarding.people.access import public
from onboarding.web.language import speak

guide = Blueprint("guide", __name__)


@guide.get("/guide")
@public  # it says nothing of anybody; holders of share links read it too
def page() -> str:
    if not current_user.is_authenticated:
        speak()
    elif current_user.role == "customer":
        speak(*current_user.languages)
    return render_template("checklists/guide.html")
