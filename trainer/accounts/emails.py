"""E-mail addresses, in the one shape they are kept in."""

from email_validator import EmailNotValidError, validate_email

from trainer.learning.errors import N_, Invalid


def normal_email(text: str) -> str:
    """The address as it is kept: without spaces around, in small letters. Raises Invalid.

    Nobody asks the network whether it exists, and names inside a company (ada@intranet) are as good as others.
    """
    try:
        found = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise Invalid(N_("This is not an e-mail address.")) from error
    # Not casefold: it makes another domain of one with an ß.
    return found.normalized.lower()
