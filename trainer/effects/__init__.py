"""What a course brings, measured: before it, after it, and when some weeks have passed."""
