"""The second factor of a sign-in: codes of an authenticator (RFC 6238), and recovery codes for when it is lost."""
