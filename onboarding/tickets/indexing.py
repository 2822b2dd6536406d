"""The words of tickets, and the index that each database builds over them: a full-text table (FTS5)
kept by triggers on SQLite, a `tsvector` column under a GIN index on PostgreSQL.

The statements stand in a migration too.
"""

from typing import Any

from sqlalchemy import (
    DDL,
    ColumnElement,
    Table,
    cast,
    column,
    event,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from onboarding.knowledge.terms import words
from onboarding.tickets.models import Ticket, TicketWords

NAME = "ticket_fts"
MOST = 6000  # different words of one ticket that are searched
MOST_ASKED = 10  # words of a search that are looked at
ON_SQLITE = (
    "CREATE VIRTUAL TABLE ticket_fts USING fts5(words, content='ticket_words',"
    " content_rowid='ticket_id', prefix='2 3', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER ticket_fts_put AFTER INSERT ON ticket_words BEGIN"
    " INSERT INTO ticket_fts(rowid, words) VALUES (new.ticket_id, new.words); END",
    "CREATE TRIGGER ticket_fts_gone AFTER DELETE ON ticket_words BEGIN INSERT INTO"
    " ticket_fts(ticket_fts, rowid, words) VALUES ('delete', old.ticket_id, old.words); END",
    "CREATE TRIGGER ticket_fts_changed AFTER UPDATE OF words ON ticket_words BEGIN INSERT INTO"
    " ticket_fts(ticket_fts, rowid, words) VALUES ('delete', old.ticket_id, old.words);"
    " INSERT INTO ticket_fts(rowid, words) VALUES (new.ticket_id, new.words); END",
)
ON_POSTGRESQL = (
    "ALTER TABLE ticket_words ADD COLUMN ticket_fts tsvector GENERATED ALWAYS AS"
    " (array_to_tsvector(string_to_array(words, ' '))) STORED",
    "CREATE INDEX ticket_fts_gin ON ticket_words USING gin (ticket_fts)",
)

assert isinstance(TicketWords.__table__, Table)
for _dialect, _statements in (("sqlite", ON_SQLITE), ("postgresql", ON_POSTGRESQL)):
    for _one in _statements:
        _built = DDL(_one).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(TicketWords.__table__, "after_create", _built)


def learn(session: Session, ticket: Ticket, *texts: str) -> None:
    """The ticket is found by the words of `texts` too."""
    row = session.get(TicketWords, ticket.id)
    if row is None:
        row = TicketWords(ticket_id=ticket.id, words="")
        session.add(row)
    known = dict.fromkeys(row.words.split())
    known |= dict.fromkeys(word for text in texts for word in words(text))
    row.words = " ".join(list(known)[:MOST])
    session.flush()


def found_by(session: Session, text: str) -> ColumnElement[bool] | None:
    """The condition that a ticket holds all words of `text`, or longer ones that begin with them;
    None where there is no word in it."""
    asked = list(dict.fromkeys(words(text)))[:MOST_ASKED]
    if not asked:
        return None
    if session.connection().dialect.name == "sqlite":
        index = table(NAME, column("rowid"), column("words"))
        query = " AND ".join(f'"{word}"*' for word in asked)
        return Ticket.id.in_(select(index.c.rowid).where(index.c.words.match(query)))
    document: ColumnElement[Any] = literal_column("ticket_words.ticket_fts")
    query_ = cast(" & ".join(f"'{word}':*" for word in asked), TSQUERY)
    matching = select(TicketWords.ticket_id).where(document.op("@@")(query_))
    return Ticket.id.in_(matching)
