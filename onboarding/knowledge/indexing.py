"""The index that searches use, as each database builds it: a full-text table (FTS5) kept by
triggers on SQLite, a `tsvector` column under a GIN index on PostgreSQL. Neither needs an extension.

Both hold `Passage.terms` as it is. The statements stand in a migration too.
"""

from typing import Any

from sqlalchemy import (
    DDL,
    ColumnElement,
    Select,
    Table,
    cast,
    column,
    event,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from onboarding.knowledge.models import Passage

NAME = "knowledge_fts"
ON_SQLITE = (
    "CREATE VIRTUAL TABLE knowledge_fts USING fts5(terms, content='knowledge_passages',"
    " content_rowid='id', tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
    "CREATE TRIGGER knowledge_fts_put AFTER INSERT ON knowledge_passages BEGIN"
    " INSERT INTO knowledge_fts(rowid, terms) VALUES (new.id, new.terms); END",
    "CREATE TRIGGER knowledge_fts_gone AFTER DELETE ON knowledge_passages BEGIN INSERT INTO"
    " knowledge_fts(knowledge_fts, rowid, terms) VALUES ('delete', old.id, old.terms); END",
    "CREATE TRIGGER knowledge_fts_changed AFTER UPDATE OF terms ON knowledge_passages BEGIN INSERT"
    " INTO knowledge_fts(knowledge_fts, rowid, terms) VALUES ('delete', old.id, old.terms);"
    " INSERT INTO knowledge_fts(rowid, terms) VALUES (new.id, new.terms); END",
)
ON_POSTGRESQL = (
    "ALTER TABLE knowledge_passages ADD COLUMN knowledge_fts tsvector GENERATED ALWAYS AS"
    " (array_to_tsvector(string_to_array(terms, ' '))) STORED",
    "CREATE INDEX knowledge_fts_gin ON knowledge_passages USING gin (knowledge_fts)",
)


def ours(name: str | None, _kind: str, _parents: Any) -> bool:
    """Whether the tables tell of it: all but the full-text indexes that are built beside them, here
    and on other floors (Alembic's `include_name`)."""
    return "_fts" not in (name or "")


assert isinstance(Passage.__table__, Table)
for _dialect, _statements in (("sqlite", ON_SQLITE), ("postgresql", ON_POSTGRESQL)):
    for _one in _statements:
        _built = DDL(_one).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(Passage.__table__, "after_create", _built)


def matching(session: Session, terms: list[str], where: list[ColumnElement[bool]]) -> Select[Any]:
    """Ids of the passages that hold any of `terms`, those that hold most of the rarest first."""
    quoted = ["'" + one.replace("'", "") + "'" for one in terms]
    if session.connection().dialect.name == "sqlite":
        index = table(NAME, column("rowid"), column("rank"), column("terms"))
        asked = " OR ".join(one.replace("'", '"') for one in quoted)
        found = select(Passage.id).join(index, index.c.rowid == Passage.id)
        return found.where(index.c.terms.match(asked), *where).order_by(index.c.rank, Passage.id)
    document: ColumnElement[Any] = literal_column("knowledge_passages.knowledge_fts")
    query = cast(" | ".join(quoted), TSQUERY)
    return (
        select(Passage.id)
        .where(document.op("@@")(query), *where)
        .order_by(func.ts_rank(document, query).desc(), Passage.id)
    )
