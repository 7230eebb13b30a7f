"""How a migration runs: on the connection it is given, in the transaction that connection is in.

Whoever upgrades (trainer/db.py) hands over the connection and, for comparing, the tables of the code. Nothing here or
in versions/ imports the code itself: a migration must still mean the same when the code has moved on.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext


def render_item(kind: str, item: object, _: AutogenContext) -> str | bool:
    """Write the column types that the code decorates as the plain type below them."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator) and isinstance(item.impl_instance, sa.DateTime):
        return "sa.DateTime(timezone=True)"
    return False


def without_empty(_: object, __: Iterable[str], directives: list[object]) -> None:
    """Make no migration where there is nothing to do."""
    if directives and directives[0].upgrade_ops.is_empty():
        directives.clear()


attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes["target_metadata"],
    # SQLite changes a table by copying it; there is nothing to copy yet in the first migration.
    render_as_batch=bool(context.script.get_heads()),
    # SQLite can roll back DDL as well; all of an upgrade is one transaction, begun by the caller.
    transactional_ddl=True,
    transaction_per_migration=False,
    compare_type=True,
    render_item=render_item,
    process_revision_directives=without_empty,
)
with context.begin_transaction():
    context.run_migrations()
