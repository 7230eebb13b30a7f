"""The names this site answers to. Everything else is refused, so that no link is ever made from a forged name."""

import re
from urllib.parse import urlsplit

from flask import Flask, Request

from trainer.settings import Settings

THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
"""Its names for itself; no other machine can be meant by them, so whoever serves under one answers to all."""

_IPV6 = re.compile(r"\[::1\](:\d+)?")


def answer_to_own_names(app: Flask, settings: Settings) -> None:
    """Refuse requests under other names."""
    app.config["TRUSTED_HOSTS"] = trusted_hosts(settings)
    if _own(settings) in THIS_MACHINE:
        app.request_class = RequestHere


def trusted_hosts(settings: Settings) -> list[str]:
    """The host of the base URL and those that the operator named."""
    own = THIS_MACHINE if _own(settings) in THIS_MACHINE else (_own(settings),)
    return list(dict.fromkeys((*own, *settings.trusted_hosts)))


def _own(settings: Settings) -> str:
    return urlsplit(settings.base_url).hostname or "localhost"


class RequestHere(Request):
    """A request to this machine itself. Werkzeug's list of trusted names cannot hold `[::1]`: it cuts at the colon."""

    _names: list[str] | None = None

    @property
    def trusted_hosts(self) -> list[str] | None:
        """The names to compare with; none where it is the one that could not be found among them."""
        return None if _IPV6.fullmatch(self.headers.get("host", "")) else self._names

    @trusted_hosts.setter
    def trusted_hosts(self, names: list[str] | None) -> None:
        self._names = names
