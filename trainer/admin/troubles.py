"""What goes wrong around us (disk, database, its tools), in one line for the operator."""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from trainer import postgresql, sqlite

TROUBLES = (
    *(DBAPIError, OSError, postgresql.BackupFailed, postgresql.BackupToolMissing),
    *(sqlite.library.Error, sqlite.ContractNotKept, postgresql.ContractNotKept),
)
MISTAKES = (DataError, IntegrityError, ProgrammingError)
"""Those among them that are mistakes of the code: their tracebacks are wanted."""


def said_by(error: Exception) -> str:
    """The words of the database or of its tool alone."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def in_one_line(error: Exception) -> str:
    """What happened, with what to do where that is known. Never the statement: it may hold what nobody should read."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror}: {error.filename}"
    said = said_by(error)
    if sqlite.is_damage(said):
        return f"The database is damaged ({said}). Restore a backup: trainer restore FILE"
    return f"The database cannot be used: {said}" if isinstance(error, DBAPIError | sqlite.library.Error) else said
