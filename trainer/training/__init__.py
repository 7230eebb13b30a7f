"""Plans: who is to do which training until when, for how long it holds, and what was decided about it."""
