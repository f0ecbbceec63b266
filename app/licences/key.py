"""The licence key: 24 random symbols of Crockford's Base32 (120 bits) and a check symbol by Luhn's rule mod 32.

The check catches one wrong symbol, and two neighbours swapped (except 0 and Z: Luhn's one gap), before any query.
https://www.crockford.com/base32.html, https://en.wikipedia.org/wiki/Luhn_mod_N_algorithm
"""

from __future__ import annotations

import secrets
from hashlib import blake2s

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 25
MISREAD = str.maketrans("OIL", "011")
"""Letters that Crockford's alphabet leaves out because they are read as digits."""


def new_key() -> str:
    """25 symbols, the last one the check; not yet grouped."""
    body = "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(LENGTH - 1))
    return body + check_symbol(body)


def check_symbol(body: str) -> str:
    return ALPHABET[-_luhn_sum(body, 2) % 32]


def is_valid(key: str) -> bool:
    return len(key) == LENGTH and not set(key) - set(ALPHABET) and _luhn_sum(key, 1) % 32 == 0


def normalised(typed: str) -> str:
    """What a person meant: upper case, without hyphens and spaces, O, I and L read as 0, 1, 1."""
    return "".join(typed.upper().translate(MISREAD).replace("-", "").split())


def grouped(key: str) -> str:
    """Five groups of five."""
    return "-".join(key[start : start + 5] for start in range(0, len(key), 5))


def anchor(key: str) -> str:
    """The id of the element that tells of it. It stands in addresses, which are kept: so nothing of the key itself."""
    return f"licence-{blake2s(key.encode(), digest_size=5).hexdigest()}"


def _luhn_sum(symbols: str, factor: int) -> int:
    total = 0
    for symbol in reversed(symbols):
        addend = ALPHABET.index(symbol) * factor
        total += addend // 32 + addend % 32
        factor = 3 - factor
    return total
