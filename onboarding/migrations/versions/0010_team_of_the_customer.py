"""When the customer's people joined and confirmed their address; invitations of team-mates."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("customer_members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    # nobody who was let in before links were sent is asked for one now
    joined = "(SELECT created_at FROM users WHERE users.id = customer_members.user_id)"
    op.execute(f"UPDATE customer_members SET joined_at = {joined}, confirmed_at = {joined}")
    op.create_table(
        "customer_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_customer_invitations_customer_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name=op.f("fk_customer_invitations_invited_by")),
        sa.ForeignKeyConstraint(["joined_by"], ["users.id"], name=op.f("fk_customer_invitations_joined_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_customer_invitations_token_hash")),
    )
    with op.batch_alter_table("customer_invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_invitations_customer_id"), ["customer_id"], unique=False)


def downgrade():
    with op.batch_alter_table("customer_invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_invitations_customer_id"))
    op.drop_table("customer_invitations")
    with op.batch_alter_table("customer_members", schema=None) as batch_op:
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("joined_at")
