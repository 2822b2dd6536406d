"""questions, document tasks and feature requests"""

import sqlalchemy as sa
from alembic import op


revision = '0088'
down_revision = "0095"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('feature_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('area', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['users.id'], name=op.f('fk_feature_requests_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feature_requests'))
    )
    with op.batch_alter_table('feature_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feature_requests_state'), ['state'], unique=False)

    op.create_table('feature_wanted',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('link', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('heard_by', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_feature_wanted_customer_id')),
    sa.ForeignKeyConstraint(['heard_by'], ['users.id'], name=op.f('fk_feature_wanted_heard_by')),
    sa.ForeignKeyConstraint(['request_id'], ['feature_requests.id'], name=op.f('fk_feature_wanted_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feature_wanted')),
    sa.UniqueConstraint('request_id', 'ref', name=op.f('uq_feature_wanted_request_id_ref'))
    )
    with op.batch_alter_table('feature_wanted', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feature_wanted_customer_id'), ['customer_id'], unique=False)

    op.create_table('knowledge_questions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('link', sa.String(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('readers_id', sa.Integer(), nullable=True),
    sa.Column('community', sa.Boolean(), nullable=False),
    sa.Column('asker', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('compared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('same_as_id', sa.Integer(), nullable=True),
    sa.Column('like_ids', sa.JSON(), nullable=False),
    sa.Column('covered_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['users.id'], name=op.f('fk_knowledge_questions_answered_by')),
    sa.ForeignKeyConstraint(['covered_by_id'], ['knowledge_articles.id'], name=op.f('fk_knowledge_questions_covered_by_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_knowledge_questions_customer_id')),
    sa.ForeignKeyConstraint(['readers_id'], ['customers.id'], name=op.f('fk_knowledge_questions_readers_id')),
    sa.ForeignKeyConstraint(['same_as_id'], ['knowledge_questions.id'], name=op.f('fk_knowledge_questions_same_as_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_questions')),
    sa.UniqueConstraint('ref', name=op.f('uq_knowledge_questions_ref'))
    )
    with op.batch_alter_table('knowledge_questions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_knowledge_questions_compared_at'), ['compared_at'], unique=False)
        batch_op.create_index('ix_knowledge_questions_customer_id_asked_at', ['customer_id', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_knowledge_questions_same_as_id'), ['same_as_id'], unique=False)

    op.create_table('knowledge_tasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dropped', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['knowledge_articles.id'], name=op.f('fk_knowledge_tasks_article_id')),
    sa.ForeignKeyConstraint(['assignee_id'], ['users.id'], name=op.f('fk_knowledge_tasks_assignee_id')),
    sa.ForeignKeyConstraint(['question_id'], ['knowledge_questions.id'], name=op.f('fk_knowledge_tasks_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_tasks')),
    sa.UniqueConstraint('article_id', name=op.f('uq_knowledge_tasks_article_id')),
    sa.UniqueConstraint('question_id', name=op.f('uq_knowledge_tasks_question_id'))
    )
    with op.batch_alter_table('knowledge_tasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_knowledge_tasks_assignee_id'), ['assignee_id'], unique=False)

    with op.batch_alter_table('knowledge_helped', schema=None) as batch_op:
        batch_op.add_column(sa.Column('customer_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_knowledge_helped_customer_id'), ['customer_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_knowledge_helped_customer_id'), 'customers', ['customer_id'], ['id'])

    with op.batch_alter_table('knowledge_passages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('community', sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table('report_journeys', schema=None) as batch_op:
        batch_op.alter_column('days',
               existing_type=sa.FLOAT(),
               type_=sa.Double(),
               existing_nullable=False)

    with op.batch_alter_table('report_stays', schema=None) as batch_op:
        batch_op.alter_column('days',
               existing_type=sa.FLOAT(),
               type_=sa.Double(),
               existing_nullable=False)

    with op.batch_alter_table('report_waits', schema=None) as batch_op:
        batch_op.alter_column('days',
               existing_type=sa.FLOAT(),
               type_=sa.Double(),
               existing_nullable=False)


def downgrade():
    with op.batch_alter_table('report_waits', schema=None) as batch_op:
        batch_op.alter_column('days',
               existing_type=sa.Double(),
               type_=sa.FLOAT(),
               existing_nullable=False)

    with op.batch_alter_table('report_stays', schema=None) as batch_op:
        batch_op.alter_column('days',
               existing_type=sa.Double(),
               type_=sa.FLOAT(),
               existing_nullable=False)

    with op.batch_alter_table('report_journeys', schema=None) as batch_op:
        batch_op.alter_column('days',
               existing_type=sa.Double(),
               type_=sa.FLOAT(),
               existing_nullable=False)

    with op.batch_alter_table('knowledge_passages', schema=None) as batch_op:
        batch_op.drop_column('community')

    with op.batch_alter_table('knowledge_helped', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_knowledge_helped_customer_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_knowledge_helped_customer_id'))
        batch_op.drop_column('customer_id')

    with op.batch_alter_table('knowledge_tasks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_knowledge_tasks_assignee_id'))

    op.drop_table('knowledge_tasks')
    with op.batch_alter_table('knowledge_questions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_knowledge_questions_same_as_id'))
        batch_op.drop_index('ix_knowledge_questions_customer_id_asked_at')
        batch_op.drop_index(batch_op.f('ix_knowledge_questions_compared_at'))

    op.drop_table('knowledge_questions')
    with op.batch_alter_table('feature_wanted', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feature_wanted_customer_id'))

    op.drop_table('feature_wanted')
    with op.batch_alter_table('feature_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feature_requests_state'))

    op.drop_table('feature_requests')
