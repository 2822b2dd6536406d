"""How the things of a checklist are done: the page that items of the shipped templates lead to."""

from flask import Blueprint, render_template

from onboarding.people.access import public, speak_to_reader

guide = Blueprint("guide", __name__)


@guide.get("/guide")
@public  # it says nothing of anybody; holders of share links read it too
def page() -> str:
    speak_to_reader()
    return render_template("checklists/guide.html")
