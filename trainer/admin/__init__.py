"""Running the place: people and their roles, and how the system does."""
