"""The two pages that show everything at a glance: the client's desk and the admins' dashboard."""
