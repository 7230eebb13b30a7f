"""Roll-ups of each learner's answers, so that no page has to read them all."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def create_roll_up(table: str, key: str, key_type: sa.types.TypeEngine, *columns: sa.Column) -> None:
    """A table with a row for each learner and key."""
    op.create_table(
        table,
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(key, key_type, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f(f"fk_{table}_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", key, name=op.f(f"pk_{table}")),
    )


def count(name: str) -> sa.Column:
    """A number of answers."""
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    create_roll_up(
        "knowledge",
        "objective",
        sa.String(length=64),
        count("answers"),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("known", sa.Text(), nullable=False),
    )
    create_roll_up("answered_week", "monday", sa.Date(), count("right"), count("partly"), count("not_yet"))
    create_roll_up(
        "sureness",
        "certainty",
        sa.Integer(),
        count("answers"),
        count("right"),
        sa.Column("scores", sa.Double(), nullable=False),
    )
    create_roll_up(
        "misbelief",
        "misconception",
        sa.String(length=64),
        count("times"),
        count("times_sure"),
        sa.Column("certainty", sa.Integer(), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("righted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overcome_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "rebuild_due",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_rebuild_due_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_rebuild_due")),
    )
    # The rules are in the code, which a migration must not need: it leaves word whose roll-ups are to be built.
    op.execute("INSERT INTO rebuild_due (user_id) SELECT DISTINCT user_id FROM answer")


def downgrade() -> None:
    raise NotImplementedError("There is a backup from before every upgrade; restore that.")
