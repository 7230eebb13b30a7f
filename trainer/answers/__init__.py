"""The spine: every answer ever given, append-only, the standing of each learner with each question, and roll-ups.

No pages of its own: study, practice, review and exams ask; this room reads, grades and records.
"""
