"""knowledge: what keeps the search's index on SQLite, lost when its table was copied by 0088"""

import sqlalchemy as sa
from alembic import op


revision = '0107'
down_revision = "0110"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE TRIGGER IF NOT EXISTS knowledge_fts_put AFTER INSERT ON knowledge_passages BEGIN"
    " INSERT INTO knowledge_fts(rowid, terms) VALUES (new.id, new.terms); END",
    "CREATE TRIGGER IF NOT EXISTS knowledge_fts_gone AFTER DELETE ON knowledge_passages BEGIN"
    " INSERT INTO knowledge_fts(knowledge_fts, rowid, terms) VALUES ('delete', old.id, old.terms); END",
    "CREATE TRIGGER IF NOT EXISTS knowledge_fts_changed AFTER UPDATE OF terms ON"
    " knowledge_passages BEGIN INSERT INTO knowledge_fts(knowledge_fts, rowid, terms) VALUES"
    " ('delete', old.id, old.terms);"
    " INSERT INTO knowledge_fts(rowid, terms) VALUES (new.id, new.terms); END",
    "INSERT INTO knowledge_fts(knowledge_fts) VALUES ('rebuild')",
)


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        for statement in STATEMENTS:
            op.execute(sa.text(statement))


def downgrade():
    """The index stays kept."""
