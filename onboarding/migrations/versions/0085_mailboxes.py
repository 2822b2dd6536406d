"""mailboxes: how far each was read; the ticket of an emergency"""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0088"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "mailboxes",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailboxes")),
    )
    with op.batch_alter_table("emergency_addresses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_emergency_addresses_ticket_id"), "tickets", ["ticket_id"], ["id"]
        )


def downgrade():
    with op.batch_alter_table("emergency_addresses", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_emergency_addresses_ticket_id"), type_="foreignkey"
        )
        batch_op.drop_column("ticket_id")
    op.drop_table("mailboxes")
