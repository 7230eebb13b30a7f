"""A mail server for tests."""

import socket
import threading
from contextlib import suppress
from typing import Any


class Post:
    """A mail server on this machine that takes what comes, or does what `refuse` says instead."""

    def __init__(self, refuse: bytes = b"", offers: bytes = b"fine") -> None:
        self.refuse, self.offers = refuse, offers
        self.heard: list[bytes] = []
        self.taken: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with suppress(OSError), connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream: Any) -> None:
        self._say(stream, b"220 here")
        for line in stream:
            word = line[:4].upper()
            self.heard.append(line.strip())
            if word in (b"QUIT", b"STAR"):
                return
            if word == b"DATA":
                self._say(stream, b"354 go on")
                self.taken.append(b"".join(iter(stream.readline, b".\r\n")))
            self._say(stream, self._answer(word))

    def _answer(self, word: bytes) -> bytes:
        if word == b"EHLO":
            return b"250-here\r\n250 " + self.offers
        if word == b"AUTH":
            return b"235 fine"
        return self.refuse if self.refuse and word == b"MAIL" else b"250 fine"

    @staticmethod
    def _say(stream: Any, line: bytes) -> None:
        stream.write(line + b"\r\n")
        stream.flush()
