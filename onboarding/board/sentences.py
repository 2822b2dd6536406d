"""What each kind of the trail's entries says, in one sentence."""

from onboarding.board.phrasing import (
    Sentence,
    choice,
    goal,
    hostname,
    intent,
    item,
    level,
    nudge,
    plain,
    probe,
    rules,
    seat,
    stage,
    without_figures,
)
from onboarding.customers.wording import team_name
from onboarding.posts.fields import KINDS
from onboarding.posts.wording import wording
from onboarding.trail.models import Entry
from onboarding.web.language import _

SENTENCES: dict[str, Sentence] = {
    "customer.signed_up": plain("signed up"),
    "customer.added": plain("added the customer"),
    "customer.rewritten": plain("changed what is known of the customer"),
    "customer.imported": plain("took the customer in from another system"),
    "customer.help_level": level,
    "customer.facts": plain("answered questions about the setup"),
    "customer.assigned": plain("gave the customer to an account manager"),
    "customer.confirmed": plain("confirmed their mail address"),
    "customer.invited": plain("invited a team-mate"),
    "customer.uninvited": plain("took an invitation back"),
    "customer.joined": plain("joined the team"),
    "turnup.opened": plain("opened the turn-up"),
    "turnup.goal": goal,
    "turnup.hostname": hostname,
    "turnup.stage": stage,
    "turnup.archived": plain("put the turn-up away"),
    "turnup.restored": plain("took the turn-up back to the board"),
    "turnup.outlook": lambda said: (
        _("lets the customer see when it can go live")
        if said["shown"]
        else _("keeps from the customer when it can go live")
    ),
    "checklist.started": plain("started the checklist"),
    "checklist.reassigned": lambda said: (
        _("re-assigned %s open items with it") % len(said.get("items", []))
    ),
    "checklist.item_done": item("did “%s”"),
    "checklist.item_reopened": item("opened “%s” again"),
    "checklist.item_waived": item("waived “%s”"),
    "checklist.item_stuck": item("is stuck with “%s”"),
    "checklist.item_said": item("says about “%s”"),
    "checklist.item_goes_on": item("goes on with “%s”"),
    "checklist.item_signed": item("signed off “%s”"),
    "checklist.item_added": item("added the item “%s”"),
    "checklist.item_removed": item("took the item “%s” off"),
    "checklist.moved_up": lambda said: (
        _("moved the checklist up from version %(from)s to %(to)s") % said
    ),
    "checklist.owner_chosen": lambda said: (
        _("chose who does what is for %s") % team_name(said["owner"])
    ),
    "checklist.probe": probe,
    "config.version": lambda said: _("recorded version %s of the configuration") % said["version"],
    "config.agreed": lambda said: _("agreed to version %s of the configuration") % said["version"],
    "nudge.sent": nudge,
    "nudge.asked": plain("reminded whoever has the ball"),
    "comparison.asked": plain("had the old and the new path compared"),
    "comparison.done": lambda said: _("compared both paths: %s differences open") % said["open"],
    "comparison.accepted": plain("accepted a difference between the paths"),
    "comparison.reopened": plain("took back that a difference between the paths was accepted"),
    "outreach.drafted": lambda said: (
        _("proposes another round to the customer")
        if said["kind"] == "chance"
        else _("sees trouble at the origin: %s") % (said.get("words") or ", ".join(said["signals"]))
    ),
    "outreach.more": lambda said: _("sees more of it: %s") % ", ".join(said["signals"]),
    "outreach.edited": plain("changed the message to the customer"),
    "outreach.sent": lambda said: (
        _("told the customer by itself, as they chose")
        if said["by_itself"]
        else _("told the customer what was seen")
    ),
    "outreach.answered": plain("answered what was told"),
    "outreach.withdrawn": plain("withdrew the message: it was over before anybody was told"),
    "outreach.healed": plain("says the trouble at the origin is over"),
    "outreach.dismissed": plain("found that the customer need not be told"),
    "outreach.closed": lambda said: _("closed what was told: it was %s") % said["outcome"],
    "outreach.snoozed": plain("put the message to the customer off"),
    "outreach.round": plain("started another round"),
    "outreach.setting": lambda said: (
        _("chose that trouble is told by itself")
        if said["automatic"]
        else _("chose that a person looks before trouble is told")
    ),
    "outreach.muted": lambda said: _("muted %s") % (said["signal"] or _("everything")),
    "outreach.unmuted": lambda said: (
        _("ended the mute of %s") % (said["signal"] or _("everything"))
    ),
    "origin.wired": lambda said: _("wired the origin's metrics: %s") % said["kind"],
    "origin.unwired": plain("took the origin's metrics off"),
    "origin.unseen": plain("says the origin can't be watched: figures are missing"),
    "origin.seen": plain("says the origin is watched again"),
    "risk.raised": plain("says it is at risk: the customer is silent"),
    "risk.cleared": plain("says it is no longer at risk"),
    "history.uploaded": plain("uploaded the traffic history"),
    "forecast.made": lambda said: _("made forecast version %s") % said.get("version", ""),
    "forecast.failed": plain("could not make the forecast"),
    "forecast.signed": lambda said: _("signed the forecast off for %s") % said.get("team", ""),
    "forecast.voided": lambda said: _("sign-offs are void: %s") % said.get("why", ""),
    "forecast.facts": plain("said what is known of the traffic"),
    "forecast.event": plain("laid an event over the forecast"),
    "forecast.event_removed": plain("took an event off the forecast"),
    "forecast.left": plain("says the traffic has left its forecast"),
    "history.excluded": lambda said: _("left %s hours out of the history") % said.get("hours", ""),
    "share.made": plain("made a link for the customer's page"),
    "share.revoked": plain("revoked a link to the customer's page"),
    "share.page": plain("changed what the customer's page shows"),
    "cutover.booked": plain("booked the cutover"),
    "cutover.changed": lambda said: _("changed the cutover: %s") % said.get("what", ""),
    "cutover.customer_holds": lambda said: (
        _("lets the customer hold the flip from their page")
        if said.get("allowed")
        else _("no longer lets the customer hold the flip")
    ),
    "brand.changed": plain("changed the name, logo or colour that the customer sees"),
    "cutover.early_allowed": plain("let it start before its window opens"),
    "cutover.conflict_accepted": plain("had it booked although it conflicts with another"),
    "window.asked": plain("had windows looked for"),
    "window.wishes": plain("said which windows suit"),
    "window.let_through": plain("let it through a freeze or ship"),
    "window.let_through_void": plain(
        "took back that it was let through: the freeze or ship is gone or has moved"
    ),
    "cutover.cancelled": plain("called the cutover off"),
    "cutover.push_token": plain("made a new token to push counts; the one before has ended"),
    "roster.wanted": plain("asked for a roster"),
    "seat.invited": lambda said: seat(said, _("asked somebody to stand by: %s")),
    "seat.accepted": lambda said: seat(said, _("accepted the seat %s")),
    "seat.declined": lambda said: seat(said, _("declined the seat %s")),
    "seat.reminded": lambda said: seat(said, _("reminded whoever is asked for %s")),
    "seat.unanswered": lambda said: seat(said, _("had no answer for %s, and nobody else could")),
    "seat.away": lambda said: seat(said, _("asks somebody else, for they are away: %s")),
    "seat.dropped": lambda said: seat(
        said, _("opened the seat %s, for whoever accepted it cannot come")
    ),
    "seat.away_alone": lambda said: seat(said, _("found %s away, and nobody else could")),
    "seat.replaced": lambda said: seat(said, _("asks somebody else, for no answer came: %s")),
    "seat.passed_on": lambda said: seat(said, _("passed the seat on: %s")),
    "seat.filled": lambda said: seat(said, _("put somebody on the empty seat %s")),
    "seat.swap_asked": lambda said: seat(said, _("asked a colleague to take %s")),
    "seat.swap_refused": lambda said: seat(said, _("left the seat with its holder: %s")),
    "roster.choice_asked": plain("asked what a pinned or barred name would cost"),
    "roster.choice_agreed": choice,
    "roster.choice_withdrawn": plain("took a pinned or barred name back"),
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
    "page.acknowledged": plain("has the page"),
    "page.confirmed": plain("still has the page"),
    "page.expired": plain("nobody confirmed: the page goes on"),
    "page.unanswered": lambda said: _("nobody answered round %s; calling again") % said["round"],
    "page.repeated": plain("asked for more on the page"),
    "page.passed_on": plain("has what the page is about now"),
    "page.resolved": plain("ended the page"),
    "seat.on_station": lambda said: seat(said, _("is on station: %s")),
    "vote.given": lambda said: (
        (_("says go for %s") if said["go"] else _("says NO-GO for %s")) % said["team"]
    ),
    "post.written": plain("wrote a post"),
    "post.proposed": plain("wrote a post that waits for a second person"),
    "post.withdrawn": plain("took back a post that waited for a second person"),
    "post.edited": lambda said: _("mended a post for %s") % said["audience"],
    "post.cadence": lambda said: _("promises an update every %s minutes") % said["minutes"],
    "post.reminded": plain("reminded of an update that is due to the customer"),
    "post.overdue": plain("finds an update to the customer overdue"),
    "post.public": lambda said: (
        _("has the public hear of it")
        if said["shown"]
        else _("no longer has the public hear of it")
    ),
    "post.subscribed": lambda said: _("follows the posts by %s") % said["channel"],
    "post.unsubscribed": lambda said: _("no longer follows the posts by %s") % said["channel"],
    "ramp.go": lambda said: (
        (
            _("says go, past what two people overruled: %s") % rules({"rules": said["overruled"]})
            if said.get("overruled")
            else _("says go")
        )
        + without_figures(said)
    ),
    "ramp.skipped": lambda said: _("ends the hold early") + without_figures(said),
    "ramp.confirmed": plain("says that the switch is turned"),
    "ramp.adopted": lambda said: (
        _("adopts what the switch was found at: %s %%") % f"{said.get('share') or 0:g}"
    ),
    "ramp.restored": plain("has the switch set back to where the plan left it"),
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
    "report.shared": plain("shared the report with the customer"),
    "report.taken_back": plain("took the report off the customer's page"),
    "lesson.noted": plain("noted what was learnt"),
    "lesson.taken_back": plain("took back what was noted as learnt"),
    "followup.made": plain("gave a follow-up"),
    "followup.done": plain("did a follow-up"),
    "followup.reopened": plain("opened a follow-up again"),
    "guard.decided": plain("decided what the guard may do"),
    "proof.asked": plain("has the roll-back proved on the switch"),
    "proof.done": lambda said: (
        _("proved the roll-back on the switch")
        if said["well"]
        else _("could not prove all of it: %s")
        % "; ".join(f"{name}: {why}" for name, why in said["faults"].items() if why)
    ),
    "gate.overrule_asked": lambda said: _("asks to overrule: %s") % rules(said),
    "gate.overruled": lambda said: _("OVERRULED, as the second of two: %s") % rules(said),
    "gate.overrule_withdrawn": lambda said: _("takes an overrule back: %s") % rules(said),
    "note.added": plain("noted"),
    "ramp.intent": lambda said: intent(said),
    "ramp.muted": lambda said: (
        _("MUTED %(signal)s for %(minutes)s minutes: the guard overlooks it")
        % {"signal": said["signal"], "minutes": f"{said['minutes']:g}"}
    ),
    "ramp.unmuted": lambda said: _("has the guard heed %s again") % said["signal"],
    "ramp.broke": lambda said: _("could not go on: %s") % said["reason"],
    "ramp.blind": lambda said: _("sees nothing of what was moved: %s") % said["reason"],
    "metrics.late": lambda said: _("pushes counts that are not judged: %s") % said["reason"],
    "metrics.restarted": lambda said: (
        _("counts on after a restart, from nothing: %s") % said["reason"]
    ),
    "ramp.seen": plain("sees again what was moved"),
    "ramp.replanned": plain("changed the steps to come"),
    "switch.settled": plain("the switch is where it should be"),
    "world.fault": lambda said: _("injected the practice fault %s") % said.get("kind", ""),
    "world.cleared": plain("ended all practice faults"),
    "rehearsal.passed": plain("the rehearsal passed: what broke was answered as it should be"),
    "rehearsal.failed": plain("the rehearsal failed: what broke was not answered as it should be"),
    "stop.pressed": lambda said: _("held every ramp: %s") % said.get("reason", ""),
    "stop.lifted": lambda _said: _("lifted the stop; each ramp is resumed by a person"),
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
