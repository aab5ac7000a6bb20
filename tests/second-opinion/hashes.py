"""Hashes, Merkle tree and state accumulator. docs/PROTOCOL.md, "Hashes", "Merkle tree", "State"."""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache
from typing import List, Sequence, Tuple


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def tagged(tag: str, *parts: bytes) -> bytes:
    """ "Hashes": `tagged(tag, parts...)`."""
    prefix = sha256(tag.encode("ascii"))
    return sha256(prefix + prefix + b"".join(parts))


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """ "Merkle tree": an odd last node moves up as it is."""
    if not leaves:
        return sha256(b"")
    level = [sha256(b"\x00" + leaf) for leaf in leaves]
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


# BLAKE3, from its specification: hash mode, extended output.

IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
CHUNK_BYTES, BLOCK_BYTES = 1024, 64
MASK = 0xFFFFFFFF

Words = Sequence[int]
Node = Tuple[Words, Words, int, int]
"""A node whose last compression is still to come, since only that knows whether it is the root: chaining value, block,
length of the block, flags."""


def _schedule() -> Tuple[Tuple[int, int, int, int, int, int], ...]:
    """The quarter rounds of all seven rounds: four positions in the state and two words of the message."""
    places = (
        (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
        (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
    )  # fmt: skip
    steps = []
    order: Sequence[int] = range(16)
    for _ in range(7):
        for index, place in enumerate(places):
            steps.append((*place, order[2 * index], order[2 * index + 1]))
        order = [order[i] for i in PERMUTATION]
    return tuple(steps)


SCHEDULE = _schedule()


def _compress(chaining: Words, block: Words, counter: int, size: int, flags: int) -> List[int]:
    v = [*chaining, *IV[:4], counter & MASK, counter >> 32, size, flags]
    for ia, ib, ic, id_, ix, iy in SCHEDULE:
        a, b, c, d = v[ia], v[ib], v[ic], v[id_]
        a = (a + b + block[ix]) & MASK
        d ^= a
        d = (d >> 16 | d << 16) & MASK
        c = (c + d) & MASK
        b ^= c
        b = (b >> 12 | b << 20) & MASK
        a = (a + b + block[iy]) & MASK
        d ^= a
        d = (d >> 8 | d << 24) & MASK
        c = (c + d) & MASK
        b ^= c
        b = (b >> 7 | b << 25) & MASK
        v[ia], v[ib], v[ic], v[id_] = a, b, c, d
    return [v[i] ^ v[i + 8] for i in range(8)] + [v[i + 8] ^ chaining[i] for i in range(8)]


def _chunk(data: bytes, counter: int) -> Tuple[Node, int]:
    chaining: Words = IV
    starts = range(0, max(len(data), 1), BLOCK_BYTES)
    for start in starts:
        part = data[start : start + BLOCK_BYTES]
        block = struct.unpack("<16I", part.ljust(BLOCK_BYTES, b"\x00"))
        flags = CHUNK_START if start == 0 else 0
        if start == starts[-1]:
            return (chaining, block, len(part), flags | CHUNK_END), counter
        chaining = _compress(chaining, block, counter, BLOCK_BYTES, flags)[:8]
    raise AssertionError("a chunk has a last block")


def _tree(data: bytes, counter: int = 0) -> Tuple[Node, int]:
    """The root of a subtree: to the left the largest power of two of chunks that leaves something to the right."""
    if len(data) <= CHUNK_BYTES:
        return _chunk(data, counter)
    chunks = (len(data) + CHUNK_BYTES - 1) // CHUNK_BYTES
    left = 1 << (chunks - 1).bit_length() - 1
    children = _tree(data[: left * CHUNK_BYTES], counter), _tree(data[left * CHUNK_BYTES :], counter + left)
    block: List[int] = []
    for (chaining, words, size, flags), chunk in children:
        block += _compress(chaining, words, chunk, size, flags)[:8]
    return (IV, block, BLOCK_BYTES, PARENT), 0


def blake3(data: bytes, size: int) -> bytes:
    """BLAKE3 in hash mode, `size` bytes of extended output."""
    (chaining, block, block_size, flags), _ = _tree(data)
    out = b""
    for counter in range((size + BLOCK_BYTES - 1) // BLOCK_BYTES):
        out += struct.pack("<16I", *_compress(chaining, block, counter, block_size, flags | ROOT))
    return out[:size]


# The accumulator of the state: LtHash16.

LANES = 1024
Lanes = Tuple[int, ...]
EMPTY_ACCUMULATOR: Lanes = (0,) * LANES


@lru_cache(maxsize=4096)
def _expand(element: bytes) -> Lanes:
    return struct.unpack(f"<{LANES}H", blake3(element, 2 * LANES))


def accumulate(lanes: Lanes, element: bytes, sign: int) -> Lanes:
    """Adds an element (sign 1) or takes it off (sign -1), lane by lane modulo 2^16."""
    return tuple((lane + sign * other) & 0xFFFF for lane, other in zip(lanes, _expand(element)))


def accumulator_bytes(lanes: Lanes) -> bytes:
    return struct.pack(f"<{LANES}H", *lanes)


def state_root(lanes: Lanes) -> bytes:
    return tagged("medmesh/state", accumulator_bytes(lanes))
