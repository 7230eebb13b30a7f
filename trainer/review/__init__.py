"""What is due today and why, and what will still be known on a day the learner names. Practice asks the questions."""
