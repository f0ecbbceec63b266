from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = 'People "admin1" … and the client "bob", all with one password'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("admins", type=int)
        parser.add_argument("password")

    def handle(self, *args: Any, **options: Any) -> None:
        password = make_password(options["password"])
        User.objects.create(username="bob", password=password)
        for n in range(1, options["admins"] + 1):
            User.objects.create(username=f"admin{n}", password=password, is_staff=True)
