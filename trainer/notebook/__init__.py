"""What a learner keeps beside a question: a mark to revisit it, a note to herself, a doubt and what became of it."""
