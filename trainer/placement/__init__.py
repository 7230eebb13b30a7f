"""What an entry test has shown: which modules are open to a learner, and the path through a course that it proposes."""
