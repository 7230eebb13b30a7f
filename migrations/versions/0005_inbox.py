"""Where a doubt was had, what became of it; questions about lessons, replies to them, and what is shown of both."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


APPEND_ONLY = {
    "challenge_decision": "A decision on a doubt is never changed.",
    "lesson_question": "What was asked is never changed.",
    "lesson_reply": "A reply is never changed.",
    "lesson_publication": "What was shown is never changed; another row follows it.",
}


def refuse_updates(table: str, reason: str) -> None:
    """Have the database itself refuse to change a row of an append-only table. Deleting stays possible: erasure."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{reason}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{reason}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )


def upgrade() -> None:
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.String(length=16), server_default=sa.text("''"), nullable=False))
        batch_op.create_index("ix_challenge_user_id", ["user_id"], unique=False)

    op.create_table(
        "challenge_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=254), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"],
            ["challenge.id"],
            name=op.f("fk_challenge_decision_challenge_id_challenge"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_decision")),
        sa.UniqueConstraint("challenge_id", name=op.f("uq_challenge_decision_challenge_id")),
    )
    op.create_table(
        "lesson_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("may_publish", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_lesson_question_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lesson_question_public_id")),
    )
    with op.batch_alter_table("lesson_question", schema=None) as batch_op:
        batch_op.create_index("ix_lesson_question_lesson_id", ["lesson_id"], unique=False)
        batch_op.create_index("ix_lesson_question_user_id_asked_at", ["user_id", "asked_at"], unique=False)

    op.create_table(
        "lesson_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replied_by", sa.String(length=254), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["lesson_question.id"],
            name=op.f("fk_lesson_reply_question_id_lesson_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_reply")),
        sa.UniqueConstraint("question_id", name=op.f("uq_lesson_reply_question_id")),
    )
    op.create_table(
        "lesson_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(length=254), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["lesson_question.id"],
            name=op.f("fk_lesson_publication_question_id_lesson_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_publication")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_lesson_publication_question_id_number")),
    )
    for table, reason in APPEND_ONLY.items():
        refuse_updates(table, reason)
