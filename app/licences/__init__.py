"""What a licence is, whichever row bears it: its key, its plan and its platform."""
