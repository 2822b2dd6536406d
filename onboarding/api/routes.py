"""The one table of what /api/ answers; `/api/v1/openapi.json` is made from it."""

from dataclasses import dataclass, field

from onboarding.api.schemas import TEXT, WHOLE, Schema, an_object, many, named


@dataclass(frozen=True)
class Route:
    """`path` as Flask writes it. `token`: "person" (an API token of somebody who holds
    `permission`), "feed" (of one cutover's counts), or empty where anybody may ask. `answers` are
    schemas by status, `query` the parameters of the address with what they mean."""

    method: str
    path: str
    about: str
    token: str = ""
    permission: str = ""
    body: Schema | None = None
    answers: dict[int, Schema] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/v1/pages",
        "The last 200 pages, those that nobody has answered first",
        "person",
        "paging.see",
        answers={200: an_object(pages=many(named("Page")))},
        query={"state": "open: only those that nobody has answered"},
    ),
    Route(
        "POST",
        "/api/v1/pages",
        "Page people or a team; a repeat of an open key is counted, not paged again",
        "person",
        "paging.page",
        body=an_object(
            ("audience", "text"), audience=many(TEXT), text=TEXT, severity=TEXT, key=TEXT, link=TEXT
        ),
        answers={200: named("Page"), 201: named("Page")},
    ),
    Route(
        "POST",
        "/api/v1/pages/alertmanager",
        "A webhook of Alertmanager: firing alerts page a team, resolved ones close their page",
        "person",
        "paging.page",
        body={"type": "object", "description": "Alertmanager's webhook, version 4"},
        answers={200: an_object(opened=WHOLE, repeated=WHOLE, resolved=WHOLE, unknown=WHOLE)},
        query={"team": "the key of the team for alerts whose label `team` names none"},
    ),
    Route(
        "POST",
        "/api/v1/pages/<int:page_id>/<any(acknowledge,resolve):verb>",
        "Acknowledge or resolve a page; 409 where somebody else has it or it is over",
        "person",
        "paging.answer",
        answers={200: named("Page")},
    ),
    Route(
        "GET",
        "/api/v1/customers",
        "Customers by id, a page at a time",
        "person",
        "customers.see",
        answers={
            200: an_object(customers=many(named("Customer")), next={"type": ["integer", "null"]})
        },
        query={
            "after": "only those whose id is above this; `next` of the page before",
            "limit": "how many at most, up to 100",
            "external_id": "only the one with this external id",
        },
    ),
    Route(
        "POST",
        "/api/v1/customers",
        "Make and change customers, all of them or none; the same again changes nothing",
        "person",
        "customers.edit",
        body=an_object(("customers",), customers=many(named("Record"))),
        answers={200: named("Outcome"), 201: named("Outcome"), 422: named("Outcome")},
        query={
            "dry_run": "1: say what would be done, and write nothing",
            "invite": "1: invite the contacts by mail who have not been yet",
        },
    ),
    Route(
        "GET",
        "/api/v1/customers/<slug>",
        "One customer",
        "person",
        "customers.see",
        answers={200: named("Customer")},
    ),
    Route(
        "GET",
        "/api/v1/freezes",
        "Freezes that are not over",
        "person",
        "cutovers.see",
        answers={200: an_object(freezes=many(named("Freeze")))},
    ),
    Route(
        "POST",
        "/api/v1/freezes",
        "Add a freeze, or change the one of this key; 200 where it is there already",
        "person",
        "cutovers.plan",
        body=named("Freeze"),
        answers={200: named("Freeze"), 201: named("Freeze")},
    ),
    Route(
        "DELETE",
        "/api/v1/freezes/<int:freeze_id>",
        "Take a freeze away; 409 for one that is read from a calendar",
        "person",
        "cutovers.plan",
        answers={204: {}},
    ),
    Route(
        "GET",
        "/api/v1/ships",
        "Ships that are not over",
        "person",
        "cutovers.see",
        answers={200: an_object(ships=many(named("Ship")))},
    ),
    Route(
        "POST",
        "/api/v1/ships",
        "Announce a ship to support, or change the one of this key; 200 where it is there already",
        "person",
        "ships.edit",
        body=named("Ship"),
        answers={200: named("Ship"), 201: named("Ship")},
    ),
    Route(
        "DELETE",
        "/api/v1/ships/<int:ship_id>",
        "Say that it does not ship; 409 where it has shipped or is read from a calendar",
        "person",
        "ships.edit",
        answers={204: {}},
    ),
    Route(
        "GET",
        "/api/v1/reports",
        "What reports there are",
        "person",
        "reports.see",
        answers={200: an_object(reports=many(an_object(key=TEXT, title=TEXT)))},
    ),
    Route(
        "GET",
        "/api/v1/reports/<key>",
        "One report: figures with their intervals, and tables as rows with the unit of each column",
        "person",
        "reports.see",
        answers={200: named("Report")},
        query={
            "since": "the first day, like 2027-01-01; 90 days back where it is not said",
            "until": "the last day, which is included; today where it is not said",
            "level": "only customers at this level of help: self_serve, guided, hands_on",
            "region": "only traffic that goes to sites of this region",
            "manager": "only customers of the account manager with this id",
        },
    ),
    Route(
        "GET",
        "/api/v1/people",
        "The vendor's people, by team and name, with the skills they have today",
        "person",
        "people.see",
        answers={200: an_object(people=many(named("Person")))},
    ),
    Route(
        "GET",
        "/api/v1/people/<int:user_id>/aways",
        "Somebody's times away that are not over",
        "person",
        "people.see",
        answers={200: an_object(aways=many(named("Away")))},
    ),
    Route(
        "POST",
        "/api/v1/people/<int:user_id>/aways",
        "Be away; by the person or whoever leads their team",
        "person",
        "people.tend",
        body=named("Away"),
        answers={201: named("Away")},
    ),
    Route(
        "DELETE",
        "/api/v1/people/<int:user_id>/aways/<int:away_id>",
        "Take an entered time away back",
        "person",
        "people.tend",
        answers={204: {}},
    ),
    Route(
        "GET",
        "/api/v1/rotations/<key>",
        "A team's turns, layers and those from its calendar, cut by who stands in",
        "person",
        "people.see",
        answers={200: an_object(turns=many(named("Turn")))},
        query={"since": "a time; now", "until": "a time; four weeks later"},
    ),
    Route(
        "POST",
        "/api/v1/cutovers/<int:cutover_id>/counts",
        "Push counts per arm and interval; the same again changes nothing",
        "feed",
        body=named("Counts"),
        answers={202: an_object(new=WHOLE, known=WHOLE)},
    ),
    Route(
        "POST",
        "/api/v1/cutovers/<int:cutover_id>/v1/metrics",
        "Push an OTLP export of metrics, as JSON or protobuf",
        "feed",
        body={"type": "object"},
        answers={200: {"type": "object"}},
    ),
    Route(
        "POST",
        "/api/v1/bridges/slack/events",
        "Slack's events, signed by Slack (v0, five minutes); each is taken once",
        body={"type": "object"},
        answers={200: {"type": "object"}},
    ),
    Route(
        "POST",
        "/api/v1/bridges/slack/commands",
        "Slack's slash command (a form), signed by Slack (v0)",
        answers={200: an_object(response_type=TEXT, text=TEXT)},
    ),
    Route(
        "POST",
        "/api/v1/bridges/mattermost",
        "An outgoing webhook or slash command of Mattermost, known by its token",
        body={"type": "object"},
        answers={200: {"type": "object"}},
    ),
    Route(
        "POST",
        "/api/v1/bridges/webhook/<int:bridge_id>",
        "Speak in a room: signed as docs/rooms.md says; the same key again is nothing new",
        body=an_object(
            ("key", "name", "text"), key=TEXT, name=TEXT, text=TEXT, account=TEXT, at=TEXT
        ),
        answers={202: an_object(told=TEXT)},
    ),
    Route(
        "GET",
        "/api/v2/<path:name>.json",
        "What the public hears, in the shapes of the Statuspage API: summary, status, components, …",
        answers={200: {"type": "object"}},
    ),
    Route(
        "GET",
        "/api/v1/openapi.json",
        "This description",
        answers={200: {"type": "object"}},
    ),
)
