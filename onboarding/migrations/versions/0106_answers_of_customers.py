"""knowledge: a customer's people find the answers to their own tickets"""

import sqlalchemy as sa
from alembic import op


revision = '0106'
down_revision = "0105"
branch_labels = None
depends_on = None

ANSWERED = "kind = 'ticket' AND answer <> '' AND taken_back_at IS NULL"
OWNER = "(SELECT customer_id FROM tickets WHERE 'ticket:' || tickets.id = {}.ref)"


def upgrade():
    whose = OWNER.format("knowledge_questions")
    op.execute(sa.text(f"UPDATE knowledge_questions SET readers_id = {whose} WHERE {ANSWERED}"))
    whose = OWNER.format("knowledge_passages")
    refs = f"SELECT ref FROM knowledge_questions WHERE {ANSWERED}"
    op.execute(
        sa.text(f"UPDATE knowledge_passages SET customer_id = {whose} WHERE ref IN ({refs})")
    )


def downgrade():
    op.execute(sa.text("UPDATE knowledge_questions SET readers_id = NULL WHERE kind = 'ticket'"))
    op.execute(sa.text("UPDATE knowledge_passages SET customer_id = NULL WHERE kind = 'ticket'"))
