import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone


def new_code() -> str:
    return "-".join(secrets.token_hex(3).upper() for _ in range(5))


class TradingCode(models.Model):
    code = models.CharField(max_length=40, unique=True, default=new_code)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    platform = models.CharField(max_length=3)
    account_number = models.CharField(max_length=12)
    plan = models.CharField(max_length=8)
    status = models.CharField(max_length=10, default="pending")
    created_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"]), models.Index(fields=["status", "-id"])]

    def activate(self) -> "CustomerAccount | None":
        """None when someone was first."""
        now = timezone.now()
        pending = TradingCode.objects.filter(pk=self.pk, status="pending")
        if not pending.update(status="activated", activated_at=now):
            return None
        self.status, self.activated_at = "activated", now
        return CustomerAccount.objects.create(
            licence=self.code,
            owner_id=self.owner_id,
            platform=self.platform,
            account_number=self.account_number,
            plan=self.plan,
            expires_at=None if self.plan == "lifetime" else now + timedelta(days=int(self.plan)),
        )


class CustomerAccount(models.Model):
    licence = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    platform = models.CharField(max_length=3)
    account_number = models.CharField(max_length=12)
    plan = models.CharField(max_length=8)
    status = models.CharField(max_length=10, default="valid")
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"])]


class Notification(models.Model):
    """For one person, or for all admins when it names nobody."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    message = models.TextField()
    level = models.CharField(max_length=8, default="info")
    created_at = models.DateTimeField(auto_now_add=True)
