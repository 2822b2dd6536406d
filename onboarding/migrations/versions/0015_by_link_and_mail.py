"""what customers do by a link and by mail: links with a person, remarks, mail that came in"""

import sqlalchemy as sa
from alembic import op


revision = '0015'
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('share_links', schema=None) as batch_op:
        batch_op.add_column(sa.Column('for_user', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_share_links_for_user'), 'users', ['for_user'], ['id'])

    op.create_table('checklist_remarks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['checklist_items.id'], name=op.f('fk_checklist_remarks_item_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_checklist_remarks_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_remarks'))
    )
    with op.batch_alter_table('checklist_remarks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_checklist_remarks_item_id'), ['item_id'], unique=False)

    op.create_table('mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sender', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mails')),
    sa.UniqueConstraint('key', name=op.f('uq_mails_key'))
    )


def downgrade():
    op.drop_table('mails')
    op.drop_table('checklist_remarks')
    with op.batch_alter_table('share_links', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_share_links_for_user'), type_='foreignkey')
        batch_op.drop_column('for_user')
