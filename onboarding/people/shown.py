"""The values of the forms at /people/<id>: what is kept of a person, or what was typed."""

from typing import Any

from werkzeug.datastructures import MultiDict

from onboarding.people.models import User
from onboarding.people.places import countries
from onboarding.people.profile import language_name


def kept(user: User) -> dict[str, Any]:
    """What `people/_profile_form.html` shows of `user`."""
    starts, _, ends = user.hours.partition("-")
    values = {
        "timezone": user.timezone,
        "starts": starts,
        "ends": ends,
        "country": user.country,
        "subdivision": user.subdivision,
        "languages": ", ".join(language_name(code) for code in user.languages),
        "not_before": user.wishes.get("not_before", ""),
        "not_after": user.wishes.get("not_after", ""),
    }
    ticked = {"days": user.days, "not_days": user.wishes.get("not_days", [])}
    return {"values": values, "ticked": ticked, "countries": countries()}


def typed(form: "MultiDict[str, str]") -> dict[str, Any]:
    """What that form needs besides `values`, after it was refused."""
    ticked = {
        name: [int(day) for day in form.getlist(name) if day in "1234567" and len(day) == 1]
        for name in ("days", "not_days")
    }
    return {"ticked": ticked, "countries": countries()}
