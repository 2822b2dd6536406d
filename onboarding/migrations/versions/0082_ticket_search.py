"""tickets: found by the words in them"""

import sqlalchemy as sa
from alembic import op


revision = '0082'
down_revision = "0096"
branch_labels = None
depends_on = None

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


def upgrade():
    op.create_table('ticket_words',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_words_ticket_id')),
    sa.PrimaryKeyConstraint('ticket_id', name=op.f('pk_ticket_words'))
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in ON_SQLITE if sqlite else ON_POSTGRESQL:
        op.execute(statement)


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE ticket_fts")
    op.drop_table('ticket_words')
