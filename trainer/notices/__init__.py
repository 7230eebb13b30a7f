"""Notices about a person's training: each is a kept row, written to her by mail, and says what became of the mail."""
