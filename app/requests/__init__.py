"""What clients ask for: more days, or another trading account for a licence. An admin decides."""
