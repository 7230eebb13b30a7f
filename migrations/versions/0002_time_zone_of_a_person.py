"""In which time zone a person is told times."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user") as user:
        user.add_column(sa.Column("time_zone", sa.String(length=64), nullable=False, server_default=sa.text("''")))
