"""Markdown for lessons and questions: parsed once, then either checked (mentions, remarks) or shown (rendering)."""

from trainer.content.markdown.texts import render_figure, render_inline, render_text

__all__ = ["render_figure", "render_inline", "render_text"]
