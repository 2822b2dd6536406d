"""knowledge: articles, their revisions, and what searches look through"""

import sqlalchemy as sa
from alembic import op


revision = '0087'
down_revision = "0080"
branch_labels = None
depends_on = None

ON_SQLITE = (
    'CREATE VIRTUAL TABLE knowledge_fts USING fts5(terms, content=\'knowledge_passages\', content_rowid=\'id\', tokenize="unicode61 remove_diacritics 0 tokenchars \'_\'")',
    'CREATE TRIGGER knowledge_fts_put AFTER INSERT ON knowledge_passages BEGIN INSERT INTO knowledge_fts(rowid, terms) VALUES (new.id, new.terms); END',
    "CREATE TRIGGER knowledge_fts_gone AFTER DELETE ON knowledge_passages BEGIN INSERT INTO knowledge_fts(knowledge_fts, rowid, terms) VALUES ('delete', old.id, old.terms); END",
    "CREATE TRIGGER knowledge_fts_changed AFTER UPDATE OF terms ON knowledge_passages BEGIN INSERT INTO knowledge_fts(knowledge_fts, rowid, terms) VALUES ('delete', old.id, old.terms); INSERT INTO knowledge_fts(rowid, terms) VALUES (new.id, new.terms); END",
)
ON_POSTGRESQL = (
    "ALTER TABLE knowledge_passages ADD COLUMN knowledge_fts tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED",
    'CREATE INDEX knowledge_fts_gin ON knowledge_passages USING gin (knowledge_fts)',
)


def upgrade():
    op.create_table('knowledge_helped',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('yes', sa.Boolean(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_helped')),
    sa.UniqueConstraint('ref', 'who', name=op.f('uq_knowledge_helped_ref_who'))
    )
    op.create_table('knowledge_articles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('area', sa.String(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('review_on', sa.Date(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_knowledge_articles_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_articles')),
    sa.UniqueConstraint('source', name=op.f('uq_knowledge_articles_source'))
    )
    with op.batch_alter_table('knowledge_articles', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_knowledge_articles_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index('ix_knowledge_articles_state_review_on', ['state', 'review_on'], unique=False)

    op.create_table('knowledge_passages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('link', sa.String(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('area', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('title_words', sa.String(), nullable=False),
    sa.Column('body_words', sa.String(), nullable=False),
    sa.Column('terms', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_knowledge_passages_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_passages')),
    sa.UniqueConstraint('ref', name=op.f('uq_knowledge_passages_ref'))
    )
    with op.batch_alter_table('knowledge_passages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_knowledge_passages_customer_id'), ['customer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_knowledge_passages_kind'), ['kind'], unique=False)

    op.create_table('knowledge_revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['knowledge_articles.id'], name=op.f('fk_knowledge_revisions_article_id')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_knowledge_revisions_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_revisions')),
    sa.UniqueConstraint('article_id', 'number', name=op.f('uq_knowledge_revisions_article_id_number'))
    )

    # What searches use, as onboarding/knowledge/indexing.py says.
    statements = ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRESQL
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE knowledge_fts")
    op.drop_table('knowledge_revisions')
    with op.batch_alter_table('knowledge_passages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_knowledge_passages_kind'))
        batch_op.drop_index(batch_op.f('ix_knowledge_passages_customer_id'))

    op.drop_table('knowledge_passages')
    with op.batch_alter_table('knowledge_articles', schema=None) as batch_op:
        batch_op.drop_index('ix_knowledge_articles_state_review_on')
        batch_op.drop_index(batch_op.f('ix_knowledge_articles_owner_id'))

    op.drop_table('knowledge_articles')
    op.drop_table('knowledge_helped')
