"""Notices about a person's training, when she wants them, and how a mail can be switched off."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TOLD = "user_id, about, kind, text, path, is_mandatory, made_at"
BECAME = "state, why, written_at, settled_at, mail_id"
REFUSALS = {
    "told": (TOLD, "", "What somebody was told is never changed."),
    "settled": (BECAME, "WHEN (OLD.settled_at IS NOT NULL)", "What became of a notice is settled."),
}
"""By name: the columns, when, and the words. Not the team, which may be deleted; deleting a notice is erasure."""


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notice_user_id_user"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_notice_team_id_team"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notice_public_id")),
        sa.UniqueConstraint("user_id", "about", name=op.f("uq_notice_user_id_about")),
    )
    op.create_index("ix_notice_state_user_id", "notice", ["state", "user_id"], unique=False)
    op.create_index("ix_notice_team_id", "notice", ["team_id"], unique=False)
    op.create_index("ix_notice_mail_id", "notice", ["mail_id"], unique=False)
    for name, (columns, when, reason) in REFUSALS.items():
        _refuse(name, columns, when, reason)

    op.create_table(
        "notice_wish",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("wants_reminders", sa.Boolean(), nullable=False),
        sa.Column("wants_digest", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notice_wish_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_wish")),
    )
    op.add_column(
        "outbox_mail", sa.Column("unsubscribe", sa.String(length=600), nullable=False, server_default=sa.text("''"))
    )


def _refuse(name: str, columns: str, when: str, reason: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER notice_{name} BEFORE UPDATE OF {columns} ON notice "
            f"{when} BEGIN SELECT RAISE(ABORT, '{reason}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION notice_{name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{reason}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER notice_{name} BEFORE UPDATE OF {columns} ON notice "
        f"FOR EACH ROW {when} EXECUTE FUNCTION notice_{name}()"
    )
