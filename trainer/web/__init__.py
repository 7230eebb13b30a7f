"""The edge: who may call what, what every response carries, how errors look. Features import from here.

`app.create_app` puts it together; the order matters and is written down in `prepare` and `guard`.
"""

from trainer.web.errors import said
from trainer.web.guarding import guard
from trainer.web.policy import (
    Policy,
    admin_only,
    author_only,
    closed,
    operator_only,
    public,
    signed_in,
    with_policies,
    without_token,
)
from trainer.web.redirects import safe_next
from trainer.web.rendering import is_htmx, render, see_other
from trainer.web.setup import prepare

__all__ = [
    "Policy",
    "admin_only",
    "author_only",
    "closed",
    "guard",
    "is_htmx",
    "operator_only",
    "prepare",
    "public",
    "render",
    "safe_next",
    "said",
    "see_other",
    "signed_in",
    "with_policies",
    "without_token",
]
