"""What those who lead a team see of it: where it stands, whom to help."""
