"""What the learner sees of herself: today, her standing by objective, her past answers."""
