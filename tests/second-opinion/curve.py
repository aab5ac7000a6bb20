"""secp256k1, verification only. docs/PROTOCOL.md, "Signatures".

Nothing here is secret, so nothing has to take constant time.
"""

from __future__ import annotations

from typing import Optional, Tuple

FIELD = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)

Point = Optional[Tuple[int, int]]
"""Affine; None is infinity."""
Jacobian = Tuple[int, int, int]
"""x / z^2, y / z^3; z = 0 is infinity."""

INFINITY: Jacobian = (1, 1, 0)


def decompress(key: bytes) -> Point:
    """The point of a compressed public key; None where the bytes are none."""
    if len(key) != 33 or key[0] not in (2, 3):
        return None
    x = int.from_bytes(key[1:], "big")
    if x >= FIELD:
        return None
    square = (x * x * x + 7) % FIELD
    y = pow(square, (FIELD + 1) // 4, FIELD)
    if y * y % FIELD != square:
        return None
    return (x, y if y & 1 == key[0] & 1 else FIELD - y)


def compress(point: Tuple[int, int]) -> bytes:
    return bytes([2 + (point[1] & 1)]) + point[0].to_bytes(32, "big")


def _double(point: Jacobian) -> Jacobian:
    x, y, z = point
    if z == 0:
        return INFINITY
    yy = y * y % FIELD
    s = 4 * x * yy % FIELD
    m = 3 * x * x % FIELD
    x3 = (m * m - 2 * s) % FIELD
    return (x3, (m * (s - x3) - 8 * yy * yy) % FIELD, 2 * y * z % FIELD)


def _add(point: Jacobian, other: Point) -> Jacobian:
    """Of a Jacobian and an affine point."""
    if other is None:
        return point
    x1, y1, z1 = point
    x2, y2 = other
    if z1 == 0:
        return (x2, y2, 1)
    zz = z1 * z1 % FIELD
    h = (x2 * zz - x1) % FIELD
    r = (y2 * zz * z1 - y1) % FIELD
    if h == 0:
        return _double(point) if r == 0 else INFINITY
    hh = h * h % FIELD
    hhh = h * hh % FIELD
    v = x1 * hh % FIELD
    x3 = (r * r - hhh - 2 * v) % FIELD
    return (x3, (r * (v - x3) - y1 * hhh) % FIELD, z1 * h % FIELD)


def _affine(point: Jacobian) -> Point:
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, FIELD)
    return (x * inverse**2 % FIELD, y * inverse**3 % FIELD)


def combine(u: int, v: int, key: Tuple[int, int]) -> Point:
    """uG + vP, both scalars bit by bit together (Shamir's trick)."""
    table = (None, G, key, _affine(_add((*G, 1), key)))
    result = INFINITY
    for bit in range(max(u.bit_length(), v.bit_length()) - 1, -1, -1):
        result = _add(_double(result), table[u >> bit & 1 | (v >> bit & 1) << 1])
    return _affine(result)


def public_key(secret: int) -> bytes:
    point = combine(secret % ORDER, 0, G)
    assert point is not None
    return compress(point)


def is_valid(signature: bytes, digest: bytes, key: bytes) -> bool:
    """ "Signatures": the four rules, whose order does not show."""
    point = decompress(key)
    if point is None or len(signature) != 65:
        return False
    r, s, parity = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    if not 1 <= r < ORDER or not 1 <= s <= (ORDER - 1) // 2 or parity not in (0, 1):
        return False
    inverse = pow(s, -1, ORDER)
    nonce_point = combine(int.from_bytes(digest, "big") * inverse % ORDER, r * inverse % ORDER, point)
    return nonce_point is not None and nonce_point[0] == r and nonce_point[1] & 1 == parity
