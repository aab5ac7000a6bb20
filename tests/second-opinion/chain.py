"""Network spec, genesis and headers. docs/PROTOCOL.md, "Network spec" to "Chain choice"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional

from codec import Reader, Refused, is_plain_text, uint
from hashes import EMPTY_ACCUMULATOR, merkle_root, sha256, state_root, tagged

SPEC_BYTES_MAX = 4096
HEADER_BYTES = 112
MEDIAN_SPAN = 11


def require(holds: bool, rule: str, code: str) -> None:
    if not holds:
        raise Refused(code, rule)


# Targets


def decode_compact(bits: int) -> Optional[int]:
    """ "Targets": the target of compact bits, None where they are no compact target."""
    exponent, mantissa = bits >> 24, bits & 0xFFFFFF
    target = mantissa << 8 * (exponent - 3) if exponent >= 3 else mantissa >> 8 * (3 - exponent)
    if not 0 < mantissa < 0x800000 or exponent > 33 or not 0 < target < 2**256 or encode_compact(target) != bits:
        return None
    return target


def encode_compact(target: int) -> int:
    exponent = (target.bit_length() + 7) // 8
    mantissa = target << 8 * (3 - exponent) if exponent <= 3 else target >> 8 * (exponent - 3)
    if mantissa >= 0x800000:
        mantissa >>= 8
        exponent += 1
    return exponent << 24 | mantissa


def work(target: int) -> int:
    return 2**256 // (target + 1)


# Network spec


@dataclass(frozen=True)
class Spec:
    """ "Network spec": what the rules of a network are made from."""

    encoded: bytes
    name: str
    realm: int
    members: Optional[List[bytes]]
    block_interval: int
    half_life: int
    pow_limit_bits: int
    subsidy: int
    halving_blocks: int
    maturity_blocks: int
    block_bytes_max: int
    future_cap: int
    stamp_bits: int
    genesis_time: int

    @property
    def limit(self) -> int:
        target = decode_compact(self.pow_limit_bits)
        assert target is not None
        return target


def read_spec(data: bytes) -> Spec:
    """ "Network spec": all fields first, then the rules in the order of the last column."""
    reader = Reader(data, SPEC_BYTES_MAX)
    reader.one_of([1])
    name = reader.text(80)
    realm = reader.one_of([0, 1])
    members = reader.items(64, lambda: reader.raw(33)) if reader.one_of([0, 1]) == 1 else None
    interval, half_life, limit_bits, subsidy = reader.varint(), reader.varint(), reader.uint(32), reader.uint(64)
    halving, maturity, block_bytes, future_cap = reader.varint(), reader.varint(), reader.varint(), reader.varint()
    stamp_bits, genesis_time = reader.uint(8), reader.uint(32)
    reader.end()

    require(1 <= len(name) <= 40 and is_plain_text(name), "Network spec 1", "bad-name")
    if members is not None:
        ascending = all(low < high for low, high in zip(members, members[1:]))
        keys = all(member[0] in (2, 3) for member in members)
        require(1 <= len(members) <= 64 and ascending and keys, "Network spec 2", "bad-members")
    require(1 <= interval <= 3600, "Network spec 3", "bad-interval")
    require(1 <= half_life <= 2_592_000, "Network spec 4", "bad-half-life")
    require(1 <= halving <= 2**32 - 1, "Network spec 5", "bad-halving")
    require(maturity <= 1000, "Network spec 6", "bad-maturity")
    require(16_384 <= block_bytes <= 2_000_000, "Network spec 7", "bad-block-bytes")
    require(1 <= future_cap <= 7200, "Network spec 8", "bad-future-cap")
    require(stamp_bits <= 32, "Network spec 9", "bad-stamp-bits")
    # Rule 10, bad-genesis-time, allows any u32.
    require(half_life >= interval, "Network spec 11", "bad-half-life")
    require(decode_compact(limit_bits) is not None, "Network spec 12", "bad-pow-limit")
    require(2 * subsidy * halving < 2**64, "Network spec 13", "bad-subsidy")
    require(members is None, "Network spec", "unsupported-consensus")
    return Spec(
        data, name, realm, members, interval, half_life, limit_bits, subsidy,
        halving, maturity, block_bytes, future_cap, stamp_bits, genesis_time,
    )  # fmt: skip


# Headers


@dataclass(frozen=True)
class Header:
    """ "Header": 112 bytes, any of which decode."""

    version: int
    extra_nonce: int
    prev_hash: bytes
    body_root: bytes
    state_root: bytes
    time: int
    bits: int
    nonce: int
    hash: bytes


def read_header(data: bytes) -> Header:
    require(len(data) >= HEADER_BYTES, "Header 1", "truncated")
    require(len(data) <= HEADER_BYTES, "Header 1", "oversized")
    reader = Reader(data)
    return Header(
        reader.uint(16), reader.uint(16), reader.raw(32), reader.raw(32), reader.raw(32),
        reader.uint(32), reader.uint(32), reader.uint(32), sha256(data),
    )  # fmt: skip


def genesis_bytes(spec: Spec) -> bytes:
    """ "Genesis": the header of block 0, which follows from the spec."""
    return b"".join(
        [
            uint(16, 1),
            uint(16, 0),
            tagged("medmesh/network", spec.encoded),
            merkle_root([]),
            state_root(EMPTY_ACCUMULATOR),
            uint(32, spec.genesis_time),
            uint(32, spec.pow_limit_bits),
            uint(32, 0),
        ]
    )


def median_time(times: List[int]) -> int:
    """ "Header", median time: of the times of a block and of up to ten before it, in order of height."""
    last = sorted(times[-MEDIAN_SPAN:])
    return last[len(last) // 2]


@dataclass(frozen=True)
class Step:
    """ "Difficulty": the numbers between a parent and the bits of the block after it."""

    behind: int
    idle: int
    late: int
    exponent: int
    shifts: int
    x: int
    factor: int
    target: int
    bits: int


def schedule(spec: Spec, height: int, time: int, parent_idle: int) -> Step:
    """ "Difficulty": what the block named prescribes for the one after it."""
    behind = time - spec.genesis_time - height * spec.block_interval
    idle = 0 if height == 0 else max(parent_idle, behind)
    late = behind - idle
    # Truncated towards zero; late is never above 0.
    exponent = -(-late * 65_536 // spec.half_life)
    shifts = exponent >> 16
    x = exponent - shifts * 65_536
    factor = 65_536 + ((195_766_423_245_049 * x + 971_821_376 * x**2 + 5_127 * x**3 + 2**47) >> 48)
    product = spec.limit * factor
    target = product << (shifts - 16) if shifts >= 16 else product >> (16 - shifts)
    target = min(max(target, 1), spec.limit)
    return Step(behind, idle, late, exponent, shifts, x, factor, target, encode_compact(target))


class HeaderChain:
    """One chain of headers from genesis on, each the child of the one before it."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        genesis = read_header(genesis_bytes(spec))
        self.headers = [genesis]
        self.next_step = schedule(spec, 0, genesis.time, 0)
        self.chainwork = work(spec.limit)

    @property
    def tip(self) -> Header:
        return self.headers[-1]

    @property
    def height(self) -> int:
        return len(self.headers) - 1

    def check(self, data: bytes, clock: int) -> Header:
        """ "Header": the rules, for a child of the tip. Known and invalid parents (2, 4) do not occur in one chain."""
        header = read_header(data)
        require(header.prev_hash == self.tip.hash, "Header 3", "unknown-parent")
        require(header.version == 1, "Header 5", "bad-version")
        require(header.bits == self.next_step.bits, "Header 7", "bad-bits")
        target = decode_compact(header.bits)
        assert target is not None
        require(int.from_bytes(header.hash, "big") <= target, "Header 8", "high-hash")
        times = [known.time for known in self.headers[-MEDIAN_SPAN:]]
        require(header.time > median_time(times), "Header 9", "time-too-old")
        require(header.time <= clock + self.spec.future_cap, "Header 10", "time-too-new")
        return header

    def append(self, header: Header) -> None:
        """A header that passed `check`."""
        self.headers.append(header)
        self.next_step = schedule(self.spec, self.height, header.time, self.next_step.idle)
        target = decode_compact(header.bits)
        assert target is not None
        self.chainwork += work(target)
