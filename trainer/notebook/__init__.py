"""What a learner keeps beside a question: a mark to revisit it, a note to herself, a doubt about the question."""
