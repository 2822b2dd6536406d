"""What /api/v1/ answers of what stands around a flip: outreach, pages, articles."""

from onboarding.api.route import Route
from onboarding.api.schemas import TEXT, WHOLE, an_object, many, named

SUPPORT: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/v1/outreach",
        "What customers are told first, 50 at a time",
        "person",
        "outreach.see",
        answers={
            200: an_object(outreach=many(named("Outreach")), next={"type": ["integer", "null"]})
        },
        query={
            "state": "open (default), one state, or empty for all",
            "customer": "only those to the customer of this slug",
            "page": "from 1; `next` of the page before",
        },
    ),
    Route(
        "GET",
        "/api/v1/outreach/<int:outreach_id>",
        "One outreach",
        "person",
        "outreach.see",
        answers={200: named("Outreach")},
    ),
    Route(
        "POST",
        "/api/v1/outreach/<int:outreach_id>/<any(send,answer,dismiss,close):verb>",
        "Send the draft as it is in `version`, note the answer, dismiss, close; 409 where it cannot be",
        "person",
        "outreach.send",
        body=an_object(version=WHOLE, answer=TEXT, words=TEXT, reason=TEXT, outcome=TEXT),
        answers={200: named("Outreach")},
    ),
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
        "/api/v1/articles",
        "Articles: those that answer `q`, the best first, else a page of all by title",
        "person",
        "knowledge.see",
        answers={200: an_object(articles=many(named("Article")), total=WHOLE)},
        query={
            "q": "what is asked; typing errors are forgiven",
            "stage": "only those for this stage, or for any",
            "area": "only those of this product area",
            "page": "which page of 50, from 1; not with q",
        },
    ),
    Route(
        "GET",
        "/api/v1/articles/<int:article_id>",
        "One article with its text",
        "person",
        "knowledge.see",
        answers={200: named("Article")},
    ),
    Route(
        "POST",
        "/api/v1/articles",
        "Write an article: a draft, or published at once",
        "person",
        "knowledge.write",
        body=named("Article"),
        answers={201: named("Article")},
    ),
    Route(
        "PUT",
        "/api/v1/articles/<int:article_id>",
        "Save another revision; 409 where `revision` is given and a later one was saved",
        "person",
        "knowledge.write",
        body=named("Article"),
        answers={200: named("Article")},
    ),
)
