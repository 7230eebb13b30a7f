"""The yardstick: one page of Flask and Jinja with one indexed read of SQLite, and nothing else."""

import sqlite3
import threading
from os import environ
from pathlib import Path

from flask import Flask, render_template
from jinja2 import DictLoader

ROWS = 10_000
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ row[1] }}</title></head><body>
<h1>{{ row[1] }}</h1><ul>{% for n in range(40) %}<li><a href="/{{ n }}">{{ row[1] }} {{ n }}</a></li>{% endfor %}</ul>
</body></html>"""


def make_database(path: Path) -> None:
    """A table with a primary key and a word."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY, word TEXT)")
        connection.executemany("INSERT INTO thing VALUES (?, ?)", ((n, f"word {n}") for n in range(ROWS)))
    connection.close()


def create_app(path: str = "") -> Flask:
    """The app that has the page at `/<id>`."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"page.html": PAGE})
    kept = threading.local()
    database = path or environ["BARE_DATABASE"]

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.get("/<int:id>")
    def page(id: int) -> str:
        if not hasattr(kept, "connection"):
            kept.connection = sqlite3.connect(database)
        row = kept.connection.execute("SELECT id, word FROM thing WHERE id = ?", (id,)).fetchone()
        return render_template("page.html", row=row)

    return app
