"""knowledge: questions that were taken back count nowhere"""

import sqlalchemy as sa
from alembic import op


revision = '0105'
down_revision = "0115"
branch_labels = None
depends_on = None

QUESTIONS = sa.table(
    "knowledge_questions", sa.column("id"), sa.column("title"), sa.column("text"),
    sa.column("answer"), sa.column("compared_at"), sa.column("same_as_id"),
    sa.column("taken_back_at"),
)


def upgrade():
    with op.batch_alter_table('knowledge_questions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True))
    row = QUESTIONS.c
    gone = sa.and_(row.title == "(taken back)", row.text == "", row.answer == "")
    bind = op.get_bind()
    firsts = list(bind.scalars(sa.select(row.id).where(gone)))
    bind.execute(
        QUESTIONS.update().where(gone).values(taken_back_at=row.compared_at, same_as_id=None)
    )
    for first in firsts:
        query = sa.select(row.id).where(row.same_as_id == first).order_by(row.id)
        next_id = bind.scalar(query.limit(1))
        if next_id is not None:
            same = QUESTIONS.update().where(row.same_as_id == first)
            bind.execute(same.values(same_as_id=next_id))
            bind.execute(QUESTIONS.update().where(row.id == next_id).values(same_as_id=None))


def downgrade():
    op.drop_column('knowledge_questions', 'taken_back_at')  # a copied table would break its references
