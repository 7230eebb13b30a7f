"""Who is who: people and their roles, signing in and out, sessions, one-time links, the second step.

Flask-Security does what is dangerous to write oneself (security.py sets it up). Own are the sessions, which live on
the server (sessions.py), the limits on guessing (limits.py) and the one-time links.
"""
