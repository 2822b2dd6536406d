"""shared pages: locks and language of a link, who stands by as shown, a hold by the customer"""

import sqlalchemy as sa
from alembic import op


revision = '0077'
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('share_links', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('phrase_hash', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('domains', sa.JSON(), server_default='[]', nullable=False))

    with op.batch_alter_table('cutovers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('customer_holds', sa.Boolean(), server_default=sa.false(), nullable=False))

    op.create_table('shared_pages',
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('standby_shown', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_shared_pages_turnup_id')),
    sa.PrimaryKeyConstraint('turnup_id', name=op.f('pk_shared_pages'))
    )


def downgrade():
    op.drop_table('shared_pages')
    with op.batch_alter_table('cutovers', schema=None) as batch_op:
        batch_op.drop_column('customer_holds')

    with op.batch_alter_table('share_links', schema=None) as batch_op:
        batch_op.drop_column('domains')
        batch_op.drop_column('phrase_hash')
        batch_op.drop_column('language')
