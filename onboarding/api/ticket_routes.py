"""What /api/v1/tickets answers."""

from onboarding.api.route import Route
from onboarding.api.schemas import TEXT, WHOLE, an_object, many, named

#: Those of a customer's person answer with less: whose turn it is, and no note.
TICKETS: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/v1/tickets",
        "Tickets, those that changed last first; a customer's person gets their own",
        "person",
        "tickets.see",
        answers={200: an_object(tickets=many(named("Ticket")), next={"type": ["integer", "null"]})},
        query={
            "view": "open (as it is without), unclaimed, mine, due, waiting, over, all",
            "team": "the key of the team that holds them",
            "person": "the number of whoever of the vendor owns or holds them",
            "tracker": "the link in another tracker",
            "q": "words that they hold, or begin to",
            "page": "from 0; `next` of the page before",
        },
    ),
    Route(
        "POST",
        "/api/v1/tickets",
        "Open a ticket; by a customer's person in their own name",
        "person",
        "tickets.answer",
        body=an_object(
            ("text",),
            text=TEXT,
            subject=TEXT,
            customer=TEXT,
            name=TEXT,
            email=TEXT,
            severity=WHOLE,
            turnup_id=WHOLE,
            cutover_id=WHOLE,
        ),
        answers={201: named("Ticket")},
    ),
    Route(
        "GET",
        "/api/v1/tickets/<int:ticket_id>",
        "One ticket with what was said in it",
        "person",
        "tickets.see",
        answers={200: named("Ticket")},
    ),
    Route(
        "POST",
        "/api/v1/tickets/<int:ticket_id>/messages",
        "Answer the customer, or with note keep a note that they never see",
        "person",
        "tickets.answer",
        body=an_object(("text",), text=TEXT, note={"type": "boolean"}, corrects=WHOLE, seen=WHOLE),
        answers={201: named("TicketMessage")},
    ),
    Route(
        "POST",
        "/api/v1/tickets/<int:ticket_id>/"
        "<any(claim,assign,accept,answer,return,take_back,resolve,close,reopen,merge,about,plan):verb>",
        "One step: the hand-over, closing, what it is about; 409 where the ticket's state has no such step",
        "person",
        "tickets.answer",
        body=an_object(
            team=TEXT,
            question=TEXT,
            words=TEXT,
            reason=TEXT,
            resolution=TEXT,
            doc_link=TEXT,
            no_doc=TEXT,
            customer=TEXT,
            tracker_link=TEXT,
            plan={"type": "string", "enum": ["standard", "premium"]},
            into=WHOLE,
            severity=WHOLE,
            turnup_id=WHOLE,
            cutover_id=WHOLE,
        ),
        answers={200: named("Ticket")},
    ),
    Route(
        "POST",
        "/api/v1/tickets/tracker",
        "What a linked tracker says: signed as docs/tickets.md says; the same key again is nothing new",
        body=an_object(
            ("link", "key", "text"), link=TEXT, key=TEXT, text=TEXT, done={"type": "boolean"}
        ),
        answers={202: an_object(ticket=WHOLE, state=TEXT)},
    ),
)
