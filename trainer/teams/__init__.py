"""Teams: who is in them, who leads them, how people come in, and what each job role must know."""
