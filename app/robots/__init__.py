"""What a robot asks, and what the desk answers: signed, so that nobody on the way can answer for it."""
