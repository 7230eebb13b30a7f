"""Trainer: self-study lessons, quizzes from text files, and progress that can be trusted."""
