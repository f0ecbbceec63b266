from datetime import timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Command(BaseCommand):
    help = 'The client "bob", "client1" … and "admin1" …, all with one password; a session each but for bob and admin1'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("clients", type=int)
        parser.add_argument("admins", type=int)
        parser.add_argument("password")
        parser.add_argument("token", help="what the session key of each begins with; the name follows")

    def handle(self, *args: Any, **options: Any) -> None:
        password = make_password(options["password"])
        people = [User(username="bob", password=password)]
        people += [User(username=f"client{n + 1}", password=password) for n in range(options["clients"])]
        people += [User(username=f"admin{n + 1}", password=password, is_staff=True) for n in range(options["admins"])]
        User.objects.bulk_create(people)
        Session.objects.bulk_create(
            Session(
                session_key=options["token"] + person.username,
                session_data=SessionStore().encode(
                    {
                        SESSION_KEY: str(person.pk),
                        BACKEND_SESSION_KEY: BACKEND,
                        HASH_SESSION_KEY: person.get_session_auth_hash(),
                    }
                ),
                expire_date=timezone.now() + timedelta(days=1),
            )
            for person in people
            if person.username not in ("bob", "admin1")
        )
