"""Plans: trainings that teams give, each person's cycles of them, and what was decided about these."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def refuse_updates(table: str, reason: str, when: str = "") -> None:
    """Have the database itself refuse to change a row, or those of which `when` is true. Deleting stays possible:
    erasure."""
    only = f"WHEN ({when}) " if when else ""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} {only}"
            f"BEGIN SELECT RAISE(ABORT, '{reason}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{reason}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        f"FOR EACH ROW {only}EXECUTE FUNCTION {table}_append_only()"
    )


def upgrade() -> None:
    op.add_column("reading", sa.Column("finished_last_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE reading SET finished_last_at = finished_at")
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("course", sa.String(64), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("objectives", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("job_role_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("audience_name", sa.String(254), nullable=False),
        sa.Column("requirement", sa.String(300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("validity_months", sa.Integer(), nullable=True),
        sa.Column("renewal_days", sa.Integer(), nullable=False),
        sa.Column("refresher", sa.String(16), nullable=False),
        sa.Column("test_out", sa.Boolean(), nullable=False),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("tell_lead_days", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_assignment_team_id_team"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["job_role_id"], ["job_role.id"], name=op.f("fk_assignment_job_role_id_job_role"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_assignment_user_id_user"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user.id"], name=op.f("fk_assignment_created_by_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assignment_public_id")),
    )
    op.create_index("ix_assignment_team_id", "assignment", ["team_id"])
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("job_role", sa.String(100), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("counts_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_why", sa.String(16), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("release", sa.Integer(), nullable=True),
        sa.Column("holds_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_cycle_assignment_id_assignment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_cycle_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cycle_public_id")),
        sa.UniqueConstraint("assignment_id", "user_id", "number", name=op.f("uq_cycle_assignment_id_user_id_number")),
    )
    op.create_index("ix_cycle_user_id", "cycle", ["user_id"])
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_cycle_open", "cycle", ["assignment_id", "user_id"],
        unique=True, sqlite_where=still_open, postgresql_where=still_open,
    )  # fmt: skip
    refuse_updates("cycle", "A cycle that is closed is never changed.", "OLD.closed_at IS NOT NULL")
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(254), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_ruling_cycle_id_cycle"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_ruling_made_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
    )
    op.create_index("ix_ruling_cycle_id", "ruling", ["cycle_id"])
    # But for who made it, whose account may go: her name stays.
    same = "IS" if op.get_bind().dialect.name == "sqlite" else "IS NOT DISTINCT FROM"
    kept = ("cycle_id", "kind", "due_on", "reason", "made_by", "made_at")
    refuse_updates(
        "ruling",
        "A decision is never changed.",
        " OR ".join(f"NOT (OLD.{name} {same} NEW.{name})" for name in kept),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_calendar_feed_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
