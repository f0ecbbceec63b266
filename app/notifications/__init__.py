"""Notifications: toasts, the inbox, the audit trail, and broadcasts."""
