"""tickets: the customer's first word, and what was told of promises"""

import sqlalchemy as sa
from alembic import op


revision = '0100'
down_revision = "0106"
branch_labels = None
depends_on = None

TICKETS = sa.table(
    "tickets",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("opened_at", sa.DateTime(timezone=True)),
    sa.column("asked_at", sa.DateTime(timezone=True)),
    sa.column("first_response_at", sa.DateTime(timezone=True)),
    sa.column("look_at", sa.DateTime(timezone=True)),
    sa.column("alarmed", sa.JSON),
)
MESSAGES = sa.table(
    "ticket_messages",
    sa.column("ticket_id", sa.Integer),
    sa.column("side", sa.String),
    sa.column("at", sa.DateTime(timezone=True)),
)
OVER = ("resolved", "closed", "merged")
TOLD = [f"{name}: {what}" for name in ("first answer", "next answer", "solution") for what in ("near", "missed")]


def upgrade():
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('near_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('alarmed', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.alter_column('alarmed', server_default=None)
    said = sa.select(sa.func.min(MESSAGES.c.at)).where(
        MESSAGES.c.ticket_id == TICKETS.c.id, MESSAGES.c.side == "customer"
    )
    op.execute(sa.update(TICKETS).values(asked_at=said.scalar_subquery()))
    spoke_first = TICKETS.c.first_response_at < TICKETS.c.asked_at
    op.execute(sa.update(TICKETS).where(spoke_first).values(asked_at=None))
    # what came before now was told already: the next look calls nobody about it again
    still = sa.update(TICKETS).where(TICKETS.c.state.not_in(OVER)).values(alarmed=TOLD)
    op.execute(still)
    # and the next look comes at once, which sets when a promise comes near
    look = sa.update(TICKETS).where(TICKETS.c.look_at.is_not(None)).values(look_at=sa.func.now())
    op.execute(look)


def downgrade():
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_column('alarmed')
        batch_op.drop_column('near_at')
        batch_op.drop_column('asked_at')
