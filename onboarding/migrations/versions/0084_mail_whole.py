"""mails: kept whole before anything looks into them; addresses of customers that page"""

import sqlalchemy as sa
from alembic import op


revision = "0084"
down_revision = "0094"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(), nullable=False, server_default="pipe"))
        batch_op.add_column(sa.Column("recipients", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("returns_to", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("flaws", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("link", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("settled_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_mails_settled_by"), "users", ["settled_by"], ["id"]
        )
        batch_op.create_index("ix_mails_outcome_at", ["outcome", "at"], unique=False)
    op.create_table(
        "emergency_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("teams", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_emergency_addresses_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["users.id"], name=op.f("fk_emergency_addresses_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_addresses")),
        sa.UniqueConstraint("token", name=op.f("uq_emergency_addresses_token")),
    )
    with op.batch_alter_table("emergency_addresses", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_emergency_addresses_customer_id"), ["customer_id"], unique=False
        )


def downgrade():
    op.drop_table("emergency_addresses")
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index("ix_mails_outcome_at")
        batch_op.drop_constraint(batch_op.f("fk_mails_settled_by"), type_="foreignkey")
        for name in (
            "settled_by",
            "settled_at",
            "link",
            "flaws",
            "tries",
            "size",
            "returns_to",
            "recipients",
            "source",
        ):
            batch_op.drop_column(name)
