"""On which occasion an attempt was begun, what an entry test has shown, and who was asked to a delayed check."""

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _fill_tell_on() -> None:
    """The day on which a score is shown, from the rules that attempts began with."""
    attempt = sa.table("exam_attempt", sa.column("id"), sa.column("rules"), sa.column("told_at"), sa.column("tell_on"))
    connection = op.get_bind()
    for id, rules in connection.execute(sa.select(attempt.c.id, attempt.c.rules).where(attempt.c.told_at.is_(None))):
        reveal = json.loads(rules).get("reveal", {})
        if reveal.get("what") != "nothing" and re.fullmatch(r"\d{4}-\d\d-\d\d", str(reveal.get("when", ""))):
            day = sa.cast(reveal["when"], sa.Date) if connection.dialect.name == "postgresql" else reveal["when"]
            connection.execute(sa.update(attempt).where(attempt.c.id == id).values(tell_on=day))


def upgrade() -> None:
    with op.batch_alter_table("exam_attempt") as attempt:
        attempt.add_column(sa.Column("occasion", sa.String(16), nullable=False, server_default=sa.text("'record'")))
        attempt.add_column(sa.Column("release", sa.Integer(), nullable=True))
        attempt.add_column(sa.Column("tell_on", sa.Date(), nullable=True))
        attempt.create_index(
            "ix_exam_attempt_occasion",
            ["user_id", "course", "occasion"],
            unique=True,
            sqlite_where=sa.text("occasion <> 'record'"),
            postgresql_where=sa.text("occasion <> 'record'"),
        )

    _fill_tell_on()

    op.create_table(
        "placement",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(64), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("put_back", sa.JSON(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_placement_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "course", name=op.f("pk_placement")),
    )
    op.create_table(
        "check_invitation",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(64), nullable=False),
        sa.Column("occasion", sa.String(16), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_check_invitation_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "course", "occasion", name=op.f("pk_check_invitation")),
    )
