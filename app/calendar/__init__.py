"""The desk's calendar: a new day is an event, because "12 days left" changes at midnight (UTC) on every open page."""
