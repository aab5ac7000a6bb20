"""The worked examples of docs/PROTOCOL.md, recomputed. Left out is what is not consensus: addresses that people see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Dict, List, Tuple

from chain import Spec, decode_compact, encode_compact, genesis_bytes, median_time, read_header, read_spec
from chain import schedule, work
from codec import Reader, Refused, is_plain_text, varbytes, varint
from curve import is_valid, public_key
from hashes import EMPTY_ACCUMULATOR, accumulate, accumulator_bytes, blake3, merkle_root, sha256, state_root, tagged
from ledger import BlockState, State, Transaction, account_of, apply_block, apply_transaction, read_payload
from ledger import read_transaction, subsidy

# Published vectors of BLAKE3: of bytes 0, 1, ... 250, 0, ... so many, the first 32 bytes of output.
BLAKE3_VECTORS = {
    0: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    1: "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
    1023: "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11",
    1024: "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
    1025: "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
    2049: "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030",
    31744: "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47",
}

Line = Tuple[str, str]
"""What stands in the left column and in the right one."""


@dataclass
class Example:
    name: str
    text: str
    groups: List[List[Line]]


def read_examples(document: str) -> Dict[str, Example]:
    """The fenced blocks by name. A line without a right column goes on with the value of the line before it."""
    found: Dict[str, Example] = {}
    for name, text in re.findall(r"^```example (\S+)\n(.*?)^```$", document, re.MULTILINE | re.DOTALL):
        groups: List[List[Line]] = [[]]
        for line in text.splitlines():
            columns = re.split(r"\s{2,}", line.strip(), maxsplit=1)
            if line == "":
                groups.append([])
            elif len(columns) == 2:
                groups[-1].append((columns[0], columns[1]))
            elif groups[-1]:
                value, label = groups[-1][-1]
                groups[-1][-1] = (value + columns[0], label)
        found[name] = Example(name, text, groups)
    return found


class Checker:
    """Recomputes each example; the values are compared as text."""

    def __init__(self, document: str) -> None:
        self.examples = read_examples(document)
        self.count = 0
        self.failures: List[str] = []

    # Reading

    def bytes_of(self, value: str) -> bytes:
        """ "Examples": hex, a byte so many times, or a structure of another example."""
        repeated = re.fullmatch(r"([0-9a-f]{2}) \* (\d+)", value)
        if repeated:
            return bytes.fromhex(repeated[1]) * int(repeated[2])
        if value == "<payload of identity>":
            return self.transaction("identity").payload
        if value.startswith("<"):
            return self.structure(value[1:-1])
        return b"" if value == "-" else bytes.fromhex(value)

    def structure(self, name: str) -> bytes:
        """The bytes of all lines before the first empty one."""
        return b"".join(self.bytes_of(value) for value, _ in self.examples[name].groups[0])

    def transaction(self, name: str) -> Transaction:
        reader = Reader(self.structure(name))
        tx = read_transaction(reader)
        reader.end()
        return tx

    def pairs(self, name: str) -> List[Tuple[bytes, bytes]]:
        """Of the examples of state: each group is a key and its value."""
        pairs = []
        for group in self.examples[name].groups:
            key = b"".join(self.bytes_of(value) for value, label in group if label.startswith("key"))
            rest = b"".join(self.bytes_of(value) for value, label in group if not label.startswith("key"))
            pairs.append((key, rest))
        return pairs

    def derived(self, name: str, group: int = 1) -> List[Line]:
        return self.examples[name].groups[group]

    @property
    def spec(self) -> Spec:
        return read_spec(self.structure("network-spec"))

    @property
    def genesis_hash(self) -> bytes:
        return sha256(genesis_bytes(self.spec))

    # Comparing

    def same(self, where: str, ours: str, stated: str) -> None:
        self.count += 1
        if ours != stated:
            self.failures.append(f"example {where}: {ours}, the document has {stated}")

    def by_label(self, name: str, ours: Dict[str, str], group: int = 1) -> None:
        """Each derived line has a label that we know, and no label of ours is missing."""
        lines = self.derived(name, group)
        for value, label in lines:
            self.same(f"{name}, {label}", ours.get(label, "nothing"), value)
        for label in set(ours) - {label for _, label in lines}:
            self.same(f"{name}, {label}", ours[label], "nothing")

    # The examples, in the order of the document

    def varint(self) -> None:
        for value, number in self.derived("varint", 0):
            self.same(f"varint {number}", varint(int(number)).hex(), value)
            self.same(f"varint {value}", str(Reader(bytes.fromhex(value)).varint()), number)

    def varint_refused(self) -> None:
        for value, reason in self.derived("varint-refused", 0):
            code, _, rest = reason.partition(": ")
            at_most = re.search(r"at most (\d+)", rest)
            try:
                reader = Reader(self.bytes_of(value))
                reader.varint(*[int(at_most[1])] if at_most else [])
                reader.end()
                self.same(f"varint-refused {value}", "accepted", code)
            except Refused as refused:
                self.same(f"varint-refused {value}", refused.code, code)

    def text(self) -> None:
        for value, quoted in self.derived("text", 0):
            self.same(f"text {quoted}", f'"{Reader(bytes.fromhex(value)).text(80)}"', quoted)

    def plain_text(self) -> None:
        for value, verdict in self.derived("plain-text", 0):
            data = bytes.fromhex(value)
            try:
                ours = "plain" if is_plain_text(Reader(varbytes(data)).text(80)) else "not plain"
            except Refused:
                ours = "not UTF-8"
            self.same(f"plain-text {value}", ours, verdict.split(":")[0])

    def tagged_hash(self) -> None:
        ours = {
            "SHA-256('medmesh/txid')": sha256(b"medmesh/txid").hex(),
            "tagged('medmesh/txid')": tagged("medmesh/txid").hex(),
            "tagged('medmesh/txid', 0102, 03)": tagged("medmesh/txid", b"\x01\x02", b"\x03").hex(),
        }
        self.by_label("tagged-hash", ours, 0)

    def signature(self) -> None:
        (secret, _), (digest, _), (key, _) = self.derived("signature", 0)
        signature = b"".join(self.bytes_of(value) for value, _ in self.derived("signature"))
        valid = is_valid(signature, self.bytes_of(digest), bytes.fromhex(key))
        self.same("signature, public key", public_key(int.from_bytes(self.bytes_of(secret), "big")).hex(), key)
        self.same("signature", "valid" if valid else "not valid", "valid")

    def keys(self) -> None:
        for key, label in self.derived("keys", 0):
            secret = self.bytes_of(label.replace("secret ", ""))
            self.same(f"keys, {label}", public_key(int.from_bytes(secret, "big")).hex(), key)

    def account(self) -> None:
        (key, _), (hashed, _), (account, _), _ = self.derived("account", 0)
        self.same("account, tagged", tagged("medmesh/account", bytes.fromhex(key)).hex(), hashed)
        self.same("account", account_of(bytes.fromhex(key)).hex(), account)

    def network_spec(self) -> None:
        self.by_label("network-spec", {"network id": tagged("medmesh/network", self.spec.encoded).hex()})

    def genesis(self) -> None:
        data = genesis_bytes(self.spec)
        self.same("genesis", data.hex(), self.structure("genesis").hex())
        ours = {"hash: genesis hash": sha256(data).hex(), "work": f"{work(self.spec.limit):064x}"}
        self.by_label("genesis", ours)

    def median_time(self) -> None:
        for line in self.examples["median-time"].text.splitlines():
            times, _, median = line.partition(": ")
            self.same(f"median-time {times}", str(median_time([int(time) for time in times.split()])), median)

    def header(self) -> None:
        header = read_header(self.structure("header"))
        target = decode_compact(header.bits)
        assert target is not None
        ours = {
            "hash": header.hash.hex(),
            "target": f"{target:064x}",
            "chainwork": f"{work(self.spec.limit) + work(target):064x}",
        }
        self.by_label("header", ours)

    def compact_target(self) -> None:
        for target, bits in self.derived("compact-target", 0):
            ours = decode_compact(int(bits, 16))
            self.same(f"compact-target {bits}", "refused" if ours is None else f"{ours:064x}", target)

    def target_compact(self) -> None:
        for bits, target in self.derived("target-compact", 0):
            self.same(f"target-compact {target}", f"{encode_compact(int(target, 16)):08x}", bits)

    def schedule(self) -> None:
        pattern = r"height (\d+), timeS genesis \+ (\d+), idle of the parent (\d+)\n((?:  .*\n)+)"
        for height, time, idle, stated in re.findall(pattern, self.examples["schedule"].text):
            spec = self.spec
            step = schedule(spec, int(height), spec.genesis_time + int(time), int(idle))
            prescribed = decode_compact(step.bits)
            assert prescribed is not None
            ours = (
                f"  behind {step.behind}, idle {step.idle}, late {step.late}\n"
                f"  exponent {step.exponent}, shifts {step.shifts}, x {step.x}, factor {step.factor}\n"
                f"  target {step.target:064x}\n"
                f"  bits   {step.bits:08x}\n"
                f"  work   {work(prescribed):064x}\n"
            )
            self.same(f"schedule, height {height} at {time}", ours, stated)

    def subsidy(self) -> None:
        for amount, label in self.derived("subsidy", 0):
            self.same(f"subsidy {label}", str(subsidy(self.spec, int(label.split()[-1]))), amount)

    def kind(self, name: str) -> None:
        """A transaction: its fields decode, and what is derived from it."""
        tx = self.transaction(name)
        genesis_hash = self.genesis_hash
        read_payload(tx.kind, tx.payload)
        ours = {"txid": tx.txid.hex()}
        if tx.kind != 0:
            digest = tx.digest(genesis_hash)
            ours["signed digest"] = digest.hex()
            self.same(f"{name}, signature", str(is_valid(tx.signature, digest, tx.sender)), "True")
        if any(tx.stamp):
            prefix = tx.stamp_prefix(genesis_hash)
            ours["prefix of the stamp"] = prefix.hex()
            ours[f"{tx.stamp_bits(genesis_hash)} zero bits"] = sha256(prefix + tx.stamp).hex()
        if name == "seal-create":
            ours["slotId"] = tagged("medmesh/slot", tx.payload).hex()
        self.by_label(name, ours)

    def after_block_1(self) -> State:
        state = State()
        header, body = self.structure("header"), self.structure("block")[112:]
        state.commit(apply_block(self.spec, self.genesis_hash, state, 1, read_header(header), body))
        return state

    def state(self) -> None:
        stated = {key.hex(): value.hex() for key, value in self.pairs("state")}
        self.same("state", str({k.hex(): v.hex() for k, v in sorted(self.after_block_1().values.items())}), str(stated))

    def state_after(self, name: str, transaction: str, height: int) -> None:
        block = BlockState(self.after_block_1(), height)
        apply_transaction(self.spec, self.genesis_hash, block, self.transaction(transaction))
        stated = {key.hex(): value.hex() for key, value in self.pairs(name)}
        self.same(name, str({k.hex(): v.hex() for k, v in sorted(block.changes.items()) if v is not None}), str(stated))

    def state_root(self) -> None:
        [nothing, _] = self.derived("state-root", 0)[0]
        self.same("state-root of nothing", state_root(EMPTY_ACCUMULATOR).hex(), nothing)

        key_length, key, value, first, last, digest, root = [self.bytes_of(v) for v, _ in self.derived("state-root")]
        lanes = accumulate(EMPTY_ACCUMULATOR, key_length + key + value, 1)
        self.same("state-root, pair", (varbytes(key) + value).hex(), (key_length + key + value).hex())
        self.same("state-root, first lanes", accumulator_bytes(lanes)[:32].hex(), first.hex())
        self.same("state-root, last lanes", accumulator_bytes(lanes)[-32:].hex(), last.hex())
        self.same("state-root, SHA-256", sha256(accumulator_bytes(lanes)).hex(), digest.hex())
        self.same("state-root of one", state_root(lanes).hex(), root.hex())

        first, digest, root = [self.bytes_of(v) for v, _ in self.derived("state-root", 2)]
        state = self.after_block_1()
        self.same("state-root, all first lanes", accumulator_bytes(state.lanes)[:32].hex(), first.hex())
        self.same("state-root, all SHA-256", sha256(accumulator_bytes(state.lanes)).hex(), digest.hex())
        self.same("state-root of all", state.root.hex(), root.hex())

    def merkle(self) -> None:
        leaves = [self.structure(name) for name in ("coinbase", "identity", "seal-create")]
        for leaf, (value, label) in zip(leaves, self.derived("merkle", 0)):
            self.same(f"merkle, {label}", sha256(b"\x00" + leaf).hex(), value)
        for value, label in self.derived("merkle"):
            self.same(f"merkle, {label}", merkle_root(leaves[: int(label.split()[-1])]).hex(), value)

    def block(self) -> None:
        data = self.structure("block")
        ours = {
            "bytes of the block": str(len(data)),
            "SHA-256 of the body": sha256(data[112:]).hex(),
            "SHA-256 of the block": sha256(data).hex(),
        }
        self.by_label("block", ours)

    def all(self) -> None:
        """Every example of the document; one that is new or gone is a failure too."""
        checks: Dict[str, Callable[[], None]] = {
            "varint": self.varint,
            "varint-refused": self.varint_refused,
            "text": self.text,
            "plain-text": self.plain_text,
            "tagged-hash": self.tagged_hash,
            "signature": self.signature,
            "keys": self.keys,
            "account": self.account,
            "network-spec": self.network_spec,
            "genesis": self.genesis,
            "median-time": self.median_time,
            "header": self.header,
            "compact-target": self.compact_target,
            "target-compact": self.target_compact,
            "schedule": self.schedule,
            "subsidy": self.subsidy,
            "coinbase": lambda: self.kind("coinbase"),
            "transfer": lambda: self.kind("transfer"),
            "identity": lambda: self.kind("identity"),
            "seal-create": lambda: self.kind("seal-create"),
            "seal-update": lambda: self.kind("seal-update"),
            "state": self.state,
            "state-transfer": lambda: self.state_after("state-transfer", "transfer", 7),
            "state-update": lambda: self.state_after("state-update", "seal-update", 200),
            "state-root": self.state_root,
            "merkle": self.merkle,
            "block": self.block,
        }
        self.same("names", str(sorted(self.examples)), str(sorted(checks)))
        for name, check in checks.items():
            if name in self.examples:
                try:
                    check()
                except Refused as refused:
                    self.same(name, f"refused: {refused}", "accepted")
        for size, stated in BLAKE3_VECTORS.items():
            self.same(f"BLAKE3 of {size} bytes", blake3(bytes(i % 251 for i in range(size)), 32).hex(), stated)


def check_examples(document: str) -> Tuple[int, List[str]]:
    """How many values were compared, and a line for each that differs."""
    checker = Checker(document)
    checker.all()
    return checker.count, checker.failures
