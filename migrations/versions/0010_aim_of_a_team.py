"""The day a team gets ready for, and what is enough then."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("team", sa.Column("audit_on", sa.Date(), nullable=True))
    op.add_column("team", sa.Column("goal", sa.Double(), nullable=False, server_default=sa.text("0.75")))
