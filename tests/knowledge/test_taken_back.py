"""What was taken back, merged or retired: it counts nowhere, and stops nothing else."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from onboarding.db import db
from onboarding.knowledge import comparing
from onboarding.knowledge.models import DocumentTask, Question
from onboarding.outbox.models import Message
from tests.cast import Cast
from tests.doors import submit
from tests.knowledge.asked import questions, told
from tests.stories import browser, customer
from tests.tickets.desk import opened, went

PURGE = ("How do we purge one page?", "purge a page in the cache", "purge one cached page, how?")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_was_merged_or_taken_back_counts_nowhere_and_takes_its_draft_along(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, other, sid = customer("Acme").customer, customer("Other").customer, browser(app, "sid")
    first = opened("Old prices", subject=PURGE[0], customer_id=acme)
    twin = opened("Old prices", subject=PURGE[1], customer_id=acme)
    went(sid, first, "claim")
    told()
    assert [one.same_as_id for one in questions()] == [None, questions()[0].id]
    went(sid, twin, "merge", into=str(first))
    went(sid, first, "reply", text="Purge it on the page Cache.")
    told()
    assert db.session().query(DocumentTask).count() == 0
    assert "Acme,1,0,0,0" in sid.get("/knowledge/figures?format=csv").text

    second = opened("Stale", subject=PURGE[2], customer_id=other)
    third = opened("Stale", subject=PURGE[1], customer_id=acme)
    went(sid, third, "claim")
    told()
    draft = db.session().query(DocumentTask).one().article_id
    assert PURGE[0] in sid.get("/knowledge/questions").text
    went(sid, first, "merge", into=str(third))
    told()
    gone = sid.get(f"/knowledge/{draft}/history").text
    assert "Purge it on" not in gone
    assert PURGE[0] not in gone
    anew = db.session().query(DocumentTask).one()  # of the two that are left
    assert (anew.article.title, anew.question.link) == (PURGE[2], f"/tickets/{second}")
    assert (anew.article_id > draft, "Purge it on" in anew.article.body) == (True, True)
    assert "Acme,1,0,1,0" in sid.get("/knowledge/figures?format=csv").text

    # Written down, then retired: who asks it again opens the task again, with another draft.
    written = anew.article_id
    for verb in ("publish", "retire"):
        assert submit(sid, f"/knowledge/{written}/{verb}", {}).status_code == 303
    told()
    assert "Nothing. The second time" in sid.get("/knowledge/questions").text
    opened("x", subject=PURGE[0], customer_id=other)
    broken = opened("x", subject="No worker can compare this", customer_id=other)
    fair = opened("x", subject=PURGE[2], customer_id=other)
    compare = comparing.compare

    def failing(session: Session, question_id: int) -> None:
        if session.get_one(Question, question_id).ref == f"ticket:{broken}":
            raise ValueError("this one")
        compare(session, question_id)

    with monkeypatch.context() as patch:
        patch.setattr(comparing, "compare", failing)
        with pytest.raises(ValueError, match="this one"):
            told()
    last = next(one for one in questions() if one.ref == f"ticket:{fair}")
    assert last.same_as_id == next(one.id for one in questions() if one.ref == f"ticket:{second}")
    again = db.session().query(DocumentTask).one()  # opened again
    assert (again.closed_at, again.article_id > written) == (None, True)
    assert db.session().query(Message).filter(Message.key.startswith("document-task")).count() == 3
    assert submit(sid, f"/knowledge/{again.article_id}/retire", {}).status_code == 303
    assert "need not: the draft was retired" in sid.get("/knowledge/questions").text
