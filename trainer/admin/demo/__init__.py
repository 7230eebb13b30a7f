"""A sample team: simulated people who learned for some weeks, everything through the real actions."""
