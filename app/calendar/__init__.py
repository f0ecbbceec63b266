"""The desk's calendar: a new day is an event, because "12 days left" and "today" change at midnight, in each zone that
somebody reads in, on every page that is open there."""
