"""On SQLite a row can be replaced without asking the trigger that refuses deleting: REPLACE asks none."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(
        "CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry "
        "WHEN EXISTS (SELECT 1 FROM audit_entry WHERE number = NEW.number) "
        "BEGIN SELECT RAISE(ABORT, 'The audit log is only ever added to.'); END"
    )
