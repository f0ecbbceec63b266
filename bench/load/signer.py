"""Whether what robots are told is signed. A module of its own: the robots beside start without it."""

from __future__ import annotations

from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from bench.load.http import HttpResponse


class Signer:
    """The key that signs, which a server tells first."""

    def __init__(self, keys: HttpResponse) -> None:
        lines = dict(line.split("=", 1) for line in keys.body.decode().splitlines()[:3])
        self._key: RSAPublicKey = RSAPublicNumbers(int(lines["exponent"]), int(lines["modulus"], 16)).public_key()

    def verify(self, answer: HttpResponse) -> None:
        """Raises InvalidSignature."""
        lines, _, signature = answer.body.partition(b"sig=")
        self._key.verify(b64decode(signature), lines, PKCS1v15(), SHA256())
