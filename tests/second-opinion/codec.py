"""Bytes and text. docs/PROTOCOL.md, "Encoding"."""

from __future__ import annotations

from typing import Callable, List, Optional, Sequence, TypeVar

VARINT_MAX = 2**53 - 1

T = TypeVar("T")


class Refused(Exception):
    """A rule is broken: its reject code, and where in the document the rule stands."""

    def __init__(self, code: str, rule: str) -> None:
        super().__init__(f"{rule}: {code}")
        self.code = code
        self.rule = rule


class Reader:
    """Reads fields in order. "Encoding": the table of rules of a decoder."""

    def __init__(self, data: bytes, cap: Optional[int] = None) -> None:
        if cap is not None and len(data) > cap:
            raise Refused("oversized", "Encoding 1")
        self.data = data
        self.at = 0

    def raw(self, size: int) -> bytes:
        """A bare number of bytes."""
        end = self.at + size
        if end > len(self.data):
            raise Refused("truncated", "Encoding 2")
        part = self.data[self.at : end]
        self.at = end
        return part

    def uint(self, bits: int) -> int:
        """`uN`: unsigned, big-endian."""
        return int.from_bytes(self.raw(bits // 8), "big")

    def varint(self, cap: int = VARINT_MAX) -> int:
        """`varint`: judged byte by byte, in the order the document gives."""
        value = 0
        for index in range(8):
            byte = self.raw(1)[0]
            value += (byte & 0x7F) << (7 * index)
            if value > VARINT_MAX:
                raise Refused("non-canonical", "Encoding 2")
            if byte & 0x80 == 0:
                if byte == 0 and index > 0:
                    raise Refused("non-canonical", "Encoding 2")
                if value > cap:
                    raise Refused("oversized", "Encoding 2")
                return value
        raise Refused("non-canonical", "Encoding 2")

    def varbytes(self, cap: int) -> bytes:
        return self.raw(self.varint(cap))

    def items(self, cap: int, read: Callable[[], T]) -> List[T]:
        """`list of X`."""
        return [read() for _ in range(self.varint(cap))]

    def one_of(self, allowed: Sequence[int]) -> int:
        """A `u8` with a few allowed values."""
        value = self.uint(8)
        if value not in allowed:
            raise Refused("bad-value", "Encoding 2")
        return value

    def text(self, cap: int) -> str:
        data = self.varbytes(cap)
        try:
            decoded = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("bad-value", "Encoding 2") from None
        if decoded.startswith("\ufeff"):
            raise Refused("bad-value", "Encoding 2")
        return decoded

    def end(self) -> None:
        if self.at != len(self.data):
            raise Refused("trailing-bytes", "Encoding 3")


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def varbytes(data: bytes) -> bytes:
    return varint(len(data)) + data


def uint(bits: int, value: int) -> bytes:
    return value.to_bytes(bits // 8, "big")


SPACES = {0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000}
HIDDEN = {
    *range(0x00, 0x20),
    *range(0x7F, 0xA0),
    0x00AD,
    0x034F,
    0x061C,
    *range(0x115F, 0x1161),
    *range(0x17B4, 0x17B6),
    0x180E,
    0x200B,
    *range(0x200E, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0x3164,
    *range(0xD800, 0xE000),
    0xFEFF,
    0xFFA0,
    *range(0xFFF9, 0xFFFE),
    *range(0xE0000, 0xE0080),
}


def is_plain_text(text: str) -> bool:
    """ "Encoding", plain text. The empty text is plain; whether it is allowed is another rule."""
    points = [ord(character) for character in text]
    if points and (points[0] in SPACES or points[-1] in SPACES):
        return False
    return not any(point in HIDDEN for point in points)
