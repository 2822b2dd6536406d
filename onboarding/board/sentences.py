"""What each kind of the trail's entries says, in one sentence."""

from collections.abc import Callable
from typing import Any

from onboarding.customers.wording import LEVEL_NAMES, stage_name, team_name
from onboarding.posts.fields import KINDS
from onboarding.posts.wording import wording
from onboarding.trail.models import Entry
from onboarding.web.language import _

_Said = dict[str, Any]
_Sentence = Callable[[_Said], str]


def _level(said: _Said) -> str:
    return _("set the level of help to %s") % LEVEL_NAMES[said["to"]][0]


def _goal(said: _Said) -> str:
    return _("removed a goal") if said.get("removed") else _("added a goal")


def _hostname(said: _Said) -> str:
    words = _("took %s off the list") if said.get("removed") else _("added the hostname %s")
    return str(words % said["hostname"])


def _stage(said: _Said) -> str:
    return _("moved on from %(from)s to %(to)s") % {
        "from": stage_name(said["from"]),
        "to": stage_name(said["to"]),
    }


def _item(words: str) -> _Sentence:
    def sentence(said: _Said) -> str:
        behalf = _(" for the customer") if said.get("on_behalf") else ""
        about = said.get("title") or said["key"].replace("-", " ")
        return str(_(words) % about + behalf)

    return sentence


def _probe(said: _Said) -> str:
    words = _("finds “%s” as it should be") if said["passes"] else _("finds “%s” not so")
    return str(words % said["key"].replace("-", " "))


def _nudge(said: _Said) -> str:
    manager = _("reminded the account manager of what is overdue")
    if said["step"] == "quiet":
        return _("reminded the customer that we wait for them")
    return manager if said["step"] == "manager" else _("reminded an owner of what is overdue")


def _intent(said: _Said) -> str:
    shares = {"from": f"{said.get('from', 0):g}", "to": f"{said.get('to', 0):g}"}
    words: str = _("sets the switch from %(from)s to %(to)s %%") % shares
    if said.get("selector"):
        words += _(", and %s whole") % said["selector"]
    return words


def _seat(said: _Said, words: str) -> str:
    return words % f"{said['team']} {said['role']}"


def _choice(said: _Said) -> str:
    if said["kind"] == "bar":
        return str(_("barred somebody of %s from the roster") % said["team"])
    return _seat(said, _("pinned somebody to %s"))


def _rules(said: _Said) -> str:
    return "; ".join(f"{rule['title']} ({rule['why']})" for rule in said["rules"])


def _plain(words: str) -> _Sentence:
    return lambda _said: _(words)


SENTENCES: dict[str, _Sentence] = {
    "customer.signed_up": _plain("signed up"),
    "customer.added": _plain("added the customer"),
    "customer.rewritten": _plain("changed what is known of the customer"),
    "customer.imported": _plain("took the customer in from another system"),
    "customer.help_level": _level,
    "customer.facts": _plain("answered questions about the setup"),
    "customer.assigned": _plain("gave the customer to an account manager"),
    "customer.confirmed": _plain("confirmed their mail address"),
    "customer.invited": _plain("invited a team-mate"),
    "customer.uninvited": _plain("took an invitation back"),
    "customer.joined": _plain("joined the team"),
    "turnup.opened": _plain("opened the turn-up"),
    "turnup.goal": _goal,
    "turnup.hostname": _hostname,
    "turnup.stage": _stage,
    "turnup.archived": _plain("put the turn-up away"),
    "turnup.restored": _plain("took the turn-up back to the board"),
    "turnup.outlook": lambda said: (
        _("lets the customer see when it can go live")
        if said["shown"]
        else _("keeps from the customer when it can go live")
    ),
    "checklist.started": _plain("started the checklist"),
    "checklist.reassigned": lambda said: (
        _("re-assigned %s open items with it") % len(said.get("items", []))
    ),
    "checklist.item_done": _item("did “%s”"),
    "checklist.item_reopened": _item("opened “%s” again"),
    "checklist.item_waived": _item("waived “%s”"),
    "checklist.item_stuck": _item("is stuck with “%s”"),
    "checklist.item_said": _item("says about “%s”"),
    "checklist.item_goes_on": _item("goes on with “%s”"),
    "checklist.item_signed": _item("signed off “%s”"),
    "checklist.item_added": _item("added the item “%s”"),
    "checklist.item_removed": _item("took the item “%s” off"),
    "checklist.moved_up": lambda said: (
        _("moved the checklist up from version %(from)s to %(to)s") % said
    ),
    "checklist.owner_chosen": lambda said: (
        _("chose who does what is for %s") % team_name(said["owner"])
    ),
    "checklist.probe": _probe,
    "config.version": lambda said: _("recorded version %s of the configuration") % said["version"],
    "config.agreed": lambda said: _("agreed to version %s of the configuration") % said["version"],
    "nudge.sent": _nudge,
    "nudge.asked": _plain("reminded whoever has the ball"),
    "comparison.asked": _plain("had the old and the new path compared"),
    "comparison.done": lambda said: _("compared both paths: %s differences open") % said["open"],
    "comparison.accepted": _plain("accepted a difference between the paths"),
    "comparison.reopened": _plain("took back that a difference between the paths was accepted"),
    "outreach.drafted": lambda said: (
        _("proposes another round to the customer")
        if said["kind"] == "chance"
        else _("sees trouble at the origin: %s") % (said.get("words") or ", ".join(said["signals"]))
    ),
    "outreach.more": lambda said: _("sees more of it: %s") % ", ".join(said["signals"]),
    "outreach.edited": _plain("changed the message to the customer"),
    "outreach.sent": lambda said: (
        _("told the customer by itself, as they chose")
        if said["by_itself"]
        else _("told the customer what was seen")
    ),
    "outreach.answered": _plain("answered what was told"),
    "outreach.withdrawn": _plain("withdrew the message: it was over before anybody was told"),
    "outreach.healed": _plain("says the trouble at the origin is over"),
    "outreach.dismissed": _plain("found that the customer need not be told"),
    "outreach.closed": lambda said: _("closed what was told: it was %s") % said["outcome"],
    "outreach.snoozed": _plain("put the message to the customer off"),
    "outreach.round": _plain("started another round"),
    "outreach.setting": lambda said: (
        _("chose that trouble is told by itself")
        if said["automatic"]
        else _("chose that a person looks before trouble is told")
    ),
    "outreach.muted": lambda said: _("muted %s") % (said["signal"] or _("everything")),
    "outreach.unmuted": lambda said: (
        _("ended the mute of %s") % (said["signal"] or _("everything"))
    ),
    "origin.unseen": _plain("says the origin can't be watched: figures are missing"),
    "origin.seen": _plain("says the origin is watched again"),
    "risk.raised": _plain("says it is at risk: the customer is silent"),
    "risk.cleared": _plain("says it is no longer at risk"),
    "history.uploaded": _plain("uploaded the traffic history"),
    "forecast.made": lambda said: _("made forecast version %s") % said.get("version", ""),
    "forecast.failed": _plain("could not make the forecast"),
    "forecast.signed": lambda said: _("signed the forecast off for %s") % said.get("team", ""),
    "forecast.voided": lambda said: _("sign-offs are void: %s") % said.get("why", ""),
    "forecast.facts": _plain("said what is known of the traffic"),
    "forecast.event": _plain("laid an event over the forecast"),
    "forecast.event_removed": _plain("took an event off the forecast"),
    "forecast.left": _plain("says the traffic has left its forecast"),
    "history.excluded": lambda said: _("left %s hours out of the history") % said.get("hours", ""),
    "share.made": _plain("made a link for the customer's page"),
    "share.revoked": _plain("revoked a link to the customer's page"),
    "share.page": _plain("changed what the customer's page shows"),
    "cutover.booked": _plain("booked the cutover"),
    "cutover.changed": lambda said: _("changed the cutover: %s") % said.get("what", ""),
    "cutover.customer_holds": lambda said: (
        _("lets the customer hold the flip from their page")
        if said.get("allowed")
        else _("no longer lets the customer hold the flip")
    ),
    "brand.changed": _plain("changed the name, logo or colour that the customer sees"),
    "cutover.early_allowed": _plain("let it start before its window opens"),
    "cutover.conflict_accepted": _plain("had it booked although it conflicts with another"),
    "window.wishes": _plain("said which windows suit"),
    "window.let_through": _plain("let it through a freeze or ship"),
    "window.let_through_void": _plain(
        "took back that it was let through: the freeze or ship is gone or has moved"
    ),
    "cutover.cancelled": _plain("called the cutover off"),
    "roster.wanted": _plain("asked for a roster"),
    "seat.invited": lambda said: _seat(said, _("asked somebody to stand by: %s")),
    "seat.accepted": lambda said: _seat(said, _("accepted the seat %s")),
    "seat.declined": lambda said: _seat(said, _("declined the seat %s")),
    "seat.reminded": lambda said: _seat(said, _("reminded whoever is asked for %s")),
    "seat.unanswered": lambda said: _seat(said, _("had no answer for %s, and nobody else could")),
    "seat.away": lambda said: _seat(said, _("asks somebody else, for they are away: %s")),
    "seat.dropped": lambda said: _seat(
        said, _("opened the seat %s, for whoever accepted it cannot come")
    ),
    "seat.away_alone": lambda said: _seat(said, _("found %s away, and nobody else could")),
    "seat.replaced": lambda said: _seat(said, _("asks somebody else, for no answer came: %s")),
    "seat.passed_on": lambda said: _seat(said, _("passed the seat on: %s")),
    "seat.filled": lambda said: _seat(said, _("put somebody on the empty seat %s")),
    "seat.swap_asked": lambda said: _seat(said, _("asked a colleague to take %s")),
    "seat.swap_refused": lambda said: _seat(said, _("left the seat with its holder: %s")),
    "roster.choice_asked": _plain("asked what a pinned or barred name would cost"),
    "roster.choice_agreed": _choice,
    "roster.choice_withdrawn": _plain("took a pinned or barred name back"),
    "cutover.station_demand": lambda said: (
        _("demands everybody on station")
        if said["demanded"]
        else _("goes on without all on station")
    ),
    "page.opened": lambda said: _("paged people (%s)") % said.get("severity", ""),
    "page.called": lambda said: (
        _("called somebody by %(channel)s, call %(step)s")
        % {"channel": said["channel"], "step": said["step"]}
    ),
    "page.acknowledged": _plain("has the page"),
    "page.confirmed": _plain("still has the page"),
    "page.expired": _plain("nobody confirmed: the page goes on"),
    "page.unanswered": lambda said: _("nobody answered round %s; calling again") % said["round"],
    "page.resolved": _plain("ended the page"),
    "seat.on_station": lambda said: _seat(said, _("is on station: %s")),
    "vote.given": lambda said: (
        (_("says go for %s") if said["go"] else _("says NO-GO for %s")) % said["team"]
    ),
    "post.written": _plain("wrote a post"),
    "post.proposed": _plain("wrote a post that waits for a second person"),
    "post.withdrawn": _plain("took back a post that waited for a second person"),
    "post.edited": lambda said: _("mended a post for %s") % said["audience"],
    "post.cadence": lambda said: _("promises an update every %s minutes") % said["minutes"],
    "post.reminded": _plain("reminded of an update that is due to the customer"),
    "post.overdue": _plain("finds an update to the customer overdue"),
    "post.public": lambda said: (
        _("has the public hear of it")
        if said["shown"]
        else _("no longer has the public hear of it")
    ),
    "post.subscribed": lambda said: _("follows the posts by %s") % said["channel"],
    "post.unsubscribed": lambda said: _("no longer follows the posts by %s") % said["channel"],
    "ramp.go": lambda said: (
        _("says go, past what two people overruled: %s") % _rules({"rules": said["overruled"]})
        if said.get("overruled")
        else _("says go")
    ),
    "ramp.skipped": _plain("ends the hold early"),
    "ramp.confirmed": _plain("says that the switch is turned"),
    "ramp.adopted": lambda said: (
        _("adopts what the switch was found at: %s %%") % f"{said.get('share') or 0:g}"
    ),
    "ramp.restored": _plain("has the switch set back to where the plan left it"),
    # who says it is named before it
    "guard.alarm": lambda said: _("sees: %s") % said.get("sentence", _("alarm")),
    "guard.judged": lambda said: (
        (
            _("judges an alarm of %s real")
            if said["verdict"] == "real"
            else _("calls an alarm of %s false")
        )
        % said["signal"]
    ),
    "report.shared": _plain("shared the report with the customer"),
    "report.taken_back": _plain("took the report off the customer's page"),
    "lesson.noted": _plain("noted what was learnt"),
    "lesson.taken_back": _plain("took back what was noted as learnt"),
    "followup.made": _plain("gave a follow-up"),
    "followup.done": _plain("did a follow-up"),
    "followup.reopened": _plain("opened a follow-up again"),
    "guard.decided": _plain("decided what the guard may do"),
    "proof.asked": _plain("has the roll-back proved on the switch"),
    "proof.done": lambda said: (
        _("proved the roll-back on the switch")
        if said["well"]
        else _("could not prove all of it: %s")
        % "; ".join(f"{name}: {why}" for name, why in said["faults"].items() if why)
    ),
    "gate.overrule_asked": lambda said: _("asks to overrule: %s") % _rules(said),
    "gate.overruled": lambda said: _("OVERRULED, as the second of two: %s") % _rules(said),
    "gate.overrule_withdrawn": lambda said: _("takes an overrule back: %s") % _rules(said),
    "note.added": _plain("noted"),
    "ramp.intent": lambda said: _intent(said),
    "ramp.muted": lambda said: (
        _("MUTED %(signal)s for %(minutes)s minutes: the guard overlooks it")
        % {"signal": said["signal"], "minutes": f"{said['minutes']:g}"}
    ),
    "ramp.unmuted": lambda said: _("has the guard heed %s again") % said["signal"],
    "ramp.broke": lambda said: _("could not go on: %s") % said["reason"],
    "ramp.replanned": _plain("changed the steps to come"),
    "switch.settled": _plain("the switch is where it should be"),
    "world.fault": lambda said: _("injected the practice fault %s") % said.get("kind", ""),
    "world.cleared": _plain("ended all practice faults"),
    "rehearsal.passed": _plain("the rehearsal passed: what broke was answered as it should be"),
    "rehearsal.failed": _plain("the rehearsal failed: what broke was not answered as it should be"),
    "command.refused": lambda said: _("was refused: %s") % said.get("verb", ""),
}


def sentence(entry: Entry) -> str:
    """What the entry says happened, without who did it."""
    found = SENTENCES.get(entry.kind)
    title = (entry.personal or {}).get("title")  # of what somebody added in their own words
    told = {**entry.payload, "title": title} if title else entry.payload
    said = found(told) if found else ""
    if not said and entry.kind in KINDS:
        said = wording("staff", entry.kind, entry.payload, zone=told.get("customer_zone", "UTC"))
    return said or entry.kind.replace(".", ": ").replace("_", " ")
