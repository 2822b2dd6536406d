"""brands: the name, logo and colour that customers see"""

import sqlalchemy as sa
from alembic import op


revision = '0078'
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('brands',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('colour', sa.String(), nullable=False),
    sa.Column('logo', sa.LargeBinary(), nullable=True),
    sa.Column('logo_digest', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_brands_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brands')),
    sa.UniqueConstraint('customer_id', name=op.f('uq_brands_customer_id'))
    )
    with op.batch_alter_table('brands', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_brands_logo_digest'), ['logo_digest'], unique=False)


def downgrade():
    op.drop_table('brands')
