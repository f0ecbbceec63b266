"""The rooms of the desk, and to which a reader is granted."""

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
    """All rooms of a reader."""
    own = {client(person), everyone()}
    return frozenset(own | {admin()} if role == "admin" else own)
