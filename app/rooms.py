"""The rooms of the desk, and who may listen in which."""

from __future__ import annotations

from app.live.rooms import Room


def admin() -> Room:
    """All admins."""
    return Room("admin")


def client(person: int) -> Room:
    """One person's pages, in all their tabs. Admins have theirs too."""
    return Room(f"user-{person}")


def everyone() -> Room:
    return Room("everyone")


def granted(person: int, role: str) -> frozenset[Room]:
    """All that a reader may hear."""
    own = {client(person), everyone()}
    return frozenset(own | {admin()} if role == "admin" else own)
