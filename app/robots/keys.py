"""The keys with which the desk signs what it tells a robot: RSA-2048, PKCS#1 v1.5 with SHA-256 (RFC 8017, 8.2).

They stand in one file of PEM, the oldest first, that nobody but its owner may read, or in the environment; never in the
database, whose dumps go far. The oldest signs: a second one is made known to the robots before it does, which begins
when the first is retired.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from app.settings import Settings

BITS, EXPONENT = 2048, 65_537
MOST = 2
"""At a time: the one that signs, and the one that will."""
NOBODY_ELSE = 0o600


class KeysError(Exception):
    """Keys that cannot be used; the message is one line that says what to do."""


@dataclass(frozen=True)
class SigningKey:
    private: RSAPrivateKey

    @classmethod
    def new(cls) -> SigningKey:
        return cls(generate_private_key(EXPONENT, BITS))

    @property
    def public(self) -> RSAPublicKey:
        return self.private.public_key()

    @cached_property
    def id(self) -> str:
        """The first half of the SHA-256 of its public half (SubjectPublicKeyInfo, DER), 16 hexadecimal digits of it."""
        der = self.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return sha256(der).hexdigest()[:16]

    @cached_property
    def modulus(self) -> str:
        """Hexadecimal, as a robot has it compiled in."""
        return f"{self.public.public_numbers().n:X}"

    @cached_property
    def pem(self) -> bytes:
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, text: bytes) -> str:
        """In Base64. Half a millisecond to one of a processor."""
        return b64encode(self.private.sign(text, PKCS1v15(), SHA256())).decode()

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        try:
            self.public.verify(signature, text, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


def parsed(pem: bytes, where: str) -> tuple[SigningKey, ...]:
    """Raises KeysError."""
    found = []
    for block in _blocks(pem, where):
        try:
            key = load_pem_private_key(block, None)
        except (TypeError, ValueError) as error:
            raise KeysError(f"{where} holds a key that cannot be read: {str(error).splitlines()[0]}") from None
        if (
            not isinstance(key, RSAPrivateKey)
            or key.key_size != BITS
            or key.public_key().public_numbers().e != EXPONENT
        ):
            raise KeysError(f"{where} must hold RSA keys of {BITS} bits with the exponent {EXPONENT}")
        found.append(SigningKey(key))
    if len(found) > MOST:
        raise KeysError(f"{where} holds {len(found)} keys; {MOST} at a time are enough")
    return tuple(found)


def _blocks(pem: bytes, where: str) -> Iterator[bytes]:
    """Each from its first line to its last (RFC 7468, 2). Raises KeysError for what stands between them."""
    block: list[bytes] = []
    for line in pem.splitlines():
        if not block and line.strip() and not line.startswith(b"-----BEGIN "):
            break
        if block or line.strip():
            block.append(line)
        if line.startswith(b"-----END "):
            yield b"\n".join(block)
            block = []
    else:
        if not block:
            return
    raise KeysError(f"{where} must hold keys in PEM and nothing else")


class KeyText:
    """What the environment holds."""

    def __init__(self, pem: str) -> None:
        self._keys = parsed(pem.encode(), "DESK_ROBOT_KEYS_PEM")

    def all(self) -> tuple[SigningKey, ...]:
        return self._keys

    def add(self) -> SigningKey:
        raise KeysError("the keys stand in DESK_ROBOT_KEYS_PEM: change them there")

    def retire(self, key_id: str) -> SigningKey:
        return self.add()


class KeyFile:
    """Read again whenever it is another one, so that a rotation needs no restart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[object, tuple[SigningKey, ...]] | None = None

    def all(self) -> tuple[SigningKey, ...]:
        """No key where there is no file. Raises KeysError, too for one that others may read."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return ()
        version = (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)
        if self._read is None or self._read[0] != version:
            if status.st_mode & 0o077:
                raise KeysError(f"others can read {self.path}: chmod 600 {self.path}")
            self._read = version, parsed(self.path.read_bytes(), str(self.path))
        return self._read[1]

    def add(self) -> SigningKey:
        """A new key, which signs as soon as it is the oldest. Raises KeysError where there are two."""
        keys = self.all()
        if len(keys) >= MOST:
            raise KeysError(f"there are {MOST} keys already; retire {keys[0].id} first")
        key = SigningKey.new()
        self._write((*keys, key))
        return key

    def retire(self, key_id: str) -> SigningKey:
        """Takes a key away. Raises KeysError for one that is not there, and for the last."""
        keys = self.all()
        if key_id not in (key.id for key in keys):
            raise KeysError(f"there is no key {key_id}; there are {', '.join(key.id for key in keys) or 'none'}")
        if len(keys) == 1:
            raise KeysError("that is the only key; make a new one first, or no robot is answered any more")
        [retired] = [key for key in keys if key.id == key_id]
        self._write([key for key in keys if key is not retired])
        return retired

    def _write(self, keys: Sequence[SigningKey]) -> None:
        """Another file in the place of this one: who reads meanwhile reads either."""
        new = self.path.with_name(f"{self.path.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, NOBODY_ELSE), "wb") as file:
            file.write(b"".join(key.pem for key in keys))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)


Keys = KeyFile | KeyText


def keys_of(settings: Settings) -> Keys:
    """Raises KeysError for an environment that holds none that can be used."""
    return KeyText(settings.robot_keys_pem) if settings.robot_keys_pem else KeyFile(Path(settings.robot_keys))
