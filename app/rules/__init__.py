"""What admins have made a rule for all."""
