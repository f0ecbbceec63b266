"""What people are told: toasts, the inbox, the audit trail, and broadcasts."""
