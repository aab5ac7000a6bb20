"""Transactions, state and blocks. docs/PROTOCOL.md, "Transaction" to "Block"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional, Tuple

from chain import HEADER_BYTES, Header, Spec, require
from codec import Reader, Refused, is_plain_text, uint, varbytes, varint
from curve import decompress, is_valid
from hashes import EMPTY_ACCUMULATOR, Lanes, accumulate, merkle_root, sha256, state_root, tagged

COINBASE, TRANSFER, IDENTITY, SEAL = range(4)
U32_MAX = 2**32 - 1
U64_END = 2**64
SIGNATURE_BYTES, STAMP_BYTES = 65, 8
TRANSACTION_BYTES_MAX, TRANSACTION_BYTES_MIN = 8192, 119
PAYLOAD_BYTES_MAX = 8073
SEAL_BYTES_MAX = 65_536
NO_DOCUMENT = bytes(32)


# Transactions


@dataclass(frozen=True)
class Transaction:
    """ "Transaction": its fields, and the bytes they came from."""

    kind: int
    sender: bytes
    account_nonce: int
    fee: int
    expiry_height: int
    payload: bytes
    stamp: bytes
    signature: bytes
    encoded: bytes

    @property
    def body(self) -> bytes:
        return self.encoded[:-SIGNATURE_BYTES]

    @property
    def txid(self) -> bytes:
        return tagged("medmesh/txid", self.body)

    def digest(self, genesis_hash: bytes) -> bytes:
        return tagged("medmesh/sign", genesis_hash, self.body)

    def stamp_prefix(self, genesis_hash: bytes) -> bytes:
        return tagged("medmesh/stamp", genesis_hash, self.body[:-STAMP_BYTES] + bytes(STAMP_BYTES))

    def stamp_bits(self, genesis_hash: bytes) -> int:
        stamped = sha256(self.stamp_prefix(genesis_hash) + self.stamp)
        return 256 - int.from_bytes(stamped, "big").bit_length()

    @property
    def uses_account(self) -> bool:
        return self.kind in (TRANSFER, IDENTITY) or (self.kind == SEAL and self.fee > 0)


def read_transaction(reader: Reader) -> Transaction:
    start = reader.at
    reader.one_of([1])
    fields = (
        reader.uint(8), reader.raw(33), reader.varint(), reader.uint(64), reader.varint(U32_MAX),
        reader.varbytes(PAYLOAD_BYTES_MAX), reader.raw(STAMP_BYTES), reader.raw(SIGNATURE_BYTES),
    )  # fmt: skip
    return Transaction(*fields, encoded=reader.data[start : reader.at])


# Payloads


@dataclass(frozen=True)
class Coinbase:
    amount: int
    extra: bytes


@dataclass(frozen=True)
class Transfer:
    to: bytes
    amount: int


@dataclass(frozen=True)
class Identity:
    name: str
    role: int
    encryption_key: bytes
    scan_key: bytes


@dataclass(frozen=True)
class Create:
    owner_key: bytes
    doc_hash: bytes
    size_bucket: int
    hint: bytes


@dataclass(frozen=True)
class Update:
    slot_id: bytes
    version: int
    doc_hash: bytes
    size_bucket: int
    hint: bytes


def read_payload(kind: int, payload: bytes):
    """ "Kinds": what a payload says, to its last byte. The kind is 0 to 3."""
    reader = Reader(payload)
    if kind == COINBASE:
        decoded = Coinbase(reader.uint(64), reader.varbytes(32))
    elif kind == TRANSFER:
        decoded = Transfer(reader.raw(20), reader.uint(64))
    elif kind == IDENTITY:
        decoded = Identity(reader.text(80), reader.one_of([1, 2, 3, 4]), reader.raw(1216), reader.raw(33))
    elif reader.one_of([0, 1]) == 0:
        decoded = Create(reader.raw(33), reader.raw(32), reader.uint(8), reader.raw(41))
    else:
        decoded = Update(reader.raw(32), reader.varint(U32_MAX), reader.raw(32), reader.uint(8), reader.raw(41))
    reader.end()
    return decoded


def payload_or_refused(tx: Transaction, rule: str):
    try:
        return read_payload(tx.kind, tx.payload)
    except Refused:
        raise Refused("bad-payload", rule) from None


# State


@dataclass
class Account:
    """ "State": the value under 0x01."""

    balance: int = 0
    account_nonce: int = 0
    immature: List[Tuple[int, int]] = field(default_factory=list)

    def mature(self, height: int) -> None:
        """What a block of this height counts as balance is moved there; for whoever only reads, nothing is stored."""
        self.balance += sum(amount for mature_height, amount in self.immature if mature_height <= height)
        self.immature = [entry for entry in self.immature if entry[0] > height]

    def total(self) -> int:
        return self.balance + sum(amount for _, amount in self.immature)

    def encode(self) -> Optional[bytes]:
        """None where the account is not in the map."""
        if self == Account():
            return None
        entries = [varint(height) + uint(64, amount) for height, amount in self.immature]
        return uint(64, self.balance) + varint(self.account_nonce) + varint(len(entries)) + b"".join(entries)


def read_account(value: Optional[bytes]) -> Account:
    if value is None:
        return Account()
    reader = Reader(value)
    return Account(
        reader.uint(64), reader.varint(), reader.items(len(value), lambda: (reader.varint(), reader.uint(64)))
    )


@dataclass(frozen=True)
class Slot:
    """ "State": the value under 0x03."""

    owner_key: bytes
    version: int
    doc_hash: bytes
    size_bucket: int
    hint: bytes
    height: int

    def encode(self) -> bytes:
        content = self.doc_hash + uint(8, self.size_bucket) + self.hint
        return self.owner_key + varint(self.version) + content + varint(self.height)


def read_slot(value: bytes) -> Slot:
    reader = Reader(value)
    return Slot(reader.raw(33), reader.varint(), reader.raw(32), reader.uint(8), reader.raw(41), reader.varint())


def account_of(public_key: bytes) -> bytes:
    return tagged("medmesh/account", public_key)[:20]


Values = Dict[bytes, Optional[bytes]]


class State:
    """The map from key to value, with its accumulator."""

    def __init__(self) -> None:
        self.values: Dict[bytes, bytes] = {}
        self.lanes: Lanes = EMPTY_ACCUMULATOR

    @property
    def root(self) -> bytes:
        return state_root(self.lanes)

    def lanes_after(self, changes: Values) -> Lanes:
        """ "State", stateRoot: old elements off, new ones on."""
        lanes = self.lanes
        for key, value in changes.items():
            old = self.values.get(key)
            if old == value:
                continue
            if old is not None:
                lanes = accumulate(lanes, varbytes(key) + old, -1)
            if value is not None:
                lanes = accumulate(lanes, varbytes(key) + value, 1)
        return lanes

    def commit(self, changes: Values) -> None:
        self.lanes = self.lanes_after(changes)
        for key, value in changes.items():
            if value is None:
                self.values.pop(key, None)
            else:
                self.values[key] = value


class BlockState:
    """The state within a block of one height: what its transactions wrote, over the state after the parent."""

    def __init__(self, state: State, height: int) -> None:
        self.state = state
        self.height = height
        self.changes: Values = {}

    def get(self, key: bytes) -> Optional[bytes]:
        return self.changes[key] if key in self.changes else self.state.values.get(key)

    def account(self, account: bytes) -> Account:
        """ "State", maturity: as whoever reads it for a block of this height counts it."""
        read = read_account(self.get(b"\x01" + account))
        read.mature(self.height)
        return read

    def write_account(self, account: bytes, value: Account) -> None:
        self.changes[b"\x01" + account] = value.encode()


# The rules of a transaction


def check_stateless(spec: Spec, genesis_hash: bytes, tx: Transaction):
    """ "Transaction": rules 1 to 6. Gives the payload."""
    require(tx.kind != COINBASE, "Transaction 1", "coinbase-misplaced")
    require(tx.kind in (TRANSFER, IDENTITY, SEAL), "Transaction 2", "unknown-kind")
    payload = payload_or_refused(tx, "Transaction 3")
    if tx.kind == SEAL and tx.fee == 0:
        require(tx.account_nonce == 0, "Transaction 4", "account-nonce-unused")
    if isinstance(payload, Transfer):
        require(payload.amount >= 1, "Transfer 5", "bad-amount")
    elif isinstance(payload, Identity):
        require(payload.name != "" and is_plain_text(payload.name), "Identity 5", "bad-name")
        require(decompress(payload.scan_key) is not None, "Identity 5", "bad-scan-key")
    elif isinstance(payload, Create):
        require(payload.doc_hash != NO_DOCUMENT, "Seal 5", "bad-doc-hash")
    elif payload.doc_hash == NO_DOCUMENT:
        require(payload.size_bucket == 0, "Seal 5", "bad-size-bucket")
    enough = tx.fee > 0 or tx.stamp_bits(genesis_hash) >= spec.stamp_bits
    require(enough, "Transaction 6", "stamp-too-low")
    return payload


def apply_transaction(spec: Spec, genesis_hash: bytes, block: BlockState, tx: Transaction) -> None:
    """ "Transaction": all rules; writes nothing that stays where one is broken, since the block is invalid then."""
    payload = check_stateless(spec, genesis_hash, tx)
    require(tx.expiry_height == 0 or tx.expiry_height >= block.height, "Transaction 7", "expired")
    sender = account_of(tx.sender)
    if tx.uses_account:
        account = block.account(sender)
        require(tx.account_nonce >= account.account_nonce, "Transaction 8", "account-nonce-used")
        require(tx.account_nonce <= account.account_nonce, "Transaction 8", "account-nonce-gap")
        require(tx.fee <= account.balance, "Transaction 9", "insufficient-balance")
        account.account_nonce += 1
        account.balance -= tx.fee
        block.write_account(sender, account)

    if isinstance(payload, Transfer):
        account = block.account(sender)
        require(payload.amount <= account.balance, "Transfer 10", "insufficient-balance")
        account.balance -= payload.amount
        block.write_account(sender, account)
        receiver = block.account(payload.to)
        require(receiver.total() + payload.amount < U64_END, "Transfer 10", "amount-overflow")
        receiver.balance += payload.amount
        block.write_account(payload.to, receiver)
    elif isinstance(payload, Identity):
        block.changes[b"\x02" + sender] = tx.payload + tx.sender + varint(block.height)
    elif isinstance(payload, Create):
        key = b"\x03" + tagged("medmesh/slot", tx.payload)
        require(block.get(key) is None, "Seal 10", "slot-exists")
        made = Slot(payload.owner_key, 1, payload.doc_hash, payload.size_bucket, payload.hint, block.height)
        block.changes[key] = made.encode()
    else:
        key = b"\x03" + payload.slot_id
        value = block.get(key)
        if value is None:
            raise Refused("slot-unknown", "Seal 10")
        slot = read_slot(value)
        require(tx.sender == slot.owner_key, "Seal 10", "not-slot-owner")
        require(slot.doc_hash != NO_DOCUMENT, "Seal 10", "slot-erased")
        require(payload.version > slot.version, "Seal 10", "slot-version-used")
        require(payload.version == slot.version + 1, "Seal 10", "slot-version-gap")
        changed = Slot(
            slot.owner_key, payload.version, payload.doc_hash, payload.size_bucket, payload.hint, block.height
        )
        block.changes[key] = changed.encode()


def subsidy(spec: Spec, height: int) -> int:
    """ "Coinbase": new coins at a height."""
    return 0 if height == 0 else spec.subsidy >> height // spec.halving_blocks


def apply_coinbase(spec: Spec, block: BlockState, tx: Transaction, fees: int) -> None:
    """ "Coinbase": its rules, after the other transactions."""
    payload = payload_or_refused(tx, "Coinbase 1")
    zeros = tx.fee == 0 and tx.expiry_height == 0 and not any(tx.stamp) and not any(tx.signature)
    require(zeros, "Coinbase 2", "bad-coinbase")
    require(tx.account_nonce == block.height, "Coinbase 3", "bad-coinbase-height")
    due = subsidy(spec, block.height) + fees
    require(due < U64_END, "Coinbase 4", "amount-overflow")
    require(payload.amount <= due, "Coinbase 5", "coinbase-too-large")
    miner = account_of(tx.sender)
    account = block.account(miner)
    require(account.total() + payload.amount < U64_END, "Coinbase 6", "amount-overflow")
    if payload.amount > 0:
        account.immature.append((block.height + spec.maturity_blocks, payload.amount))
        block.write_account(miner, account)


# Blocks


def read_body(spec: Spec, data: bytes) -> Tuple[bytes, List[Transaction]]:
    """ "Block", the body against its header, rules 1 to 4: seal and transactions."""
    body_max = spec.block_bytes_max - HEADER_BYTES
    require(len(data) <= body_max, "Block, against its header 1", "body-oversized")
    reader = Reader(data)

    def read_one() -> Transaction:
        size = reader.varint(TRANSACTION_BYTES_MAX)
        start = reader.at
        tx = read_transaction(reader)
        require(reader.at - start == size, "Block, against its header 3", "non-canonical")
        return tx

    try:
        seal = reader.varbytes(SEAL_BYTES_MAX)
        txs = reader.items(body_max // TRANSACTION_BYTES_MIN, read_one)
        reader.end()
    except Refused as refused:
        rule = refused.rule if refused.rule.startswith("Block") else f"Block, against its header, {refused.rule}"
        raise Refused(f"body-{refused.code}", rule) from None
    return seal, txs


def check_body(spec: Spec, header: Header, data: bytes) -> List[Transaction]:
    """ "Block", the body against its header: all rules."""
    seal, txs = read_body(spec, data)
    root = merkle_root([tx.encoded for tx in txs])
    require(root == header.body_root, "Block, against its header 5", "bad-body-root")
    require(seal == b"", "Block, against its header 6", "bad-seal")
    return txs


def apply_block(spec: Spec, genesis_hash: bytes, state: State, height: int, header: Header, body: bytes) -> Values:
    """ "Block", the body on the chain: all rules on the state after the parent. Gives what the block writes."""
    txs = check_body(spec, header, body)
    for tx in txs:
        if tx.kind != COINBASE:
            valid = is_valid(tx.signature, tx.digest(genesis_hash), tx.sender)
            require(valid, "Block, on the chain 1", "bad-signature")
    require(HEADER_BYTES + len(body) <= spec.block_bytes_max, "Block, on the chain 2", "block-too-large")
    require(len(txs) > 0 and txs[0].kind == COINBASE, "Block, on the chain 3", "coinbase-missing")
    block = BlockState(state, height)
    for index, tx in enumerate(txs[1:], start=2):
        try:
            apply_transaction(spec, genesis_hash, block, tx)
        except Refused as refused:
            raise Refused(refused.code, f"transaction {index} of {len(txs)}, {refused.rule}") from None
    apply_coinbase(spec, block, txs[0], sum(tx.fee for tx in txs[1:]))
    root = state_root(state.lanes_after(block.changes))
    require(root == header.state_root, "Block, on the chain 6", "bad-state-root")
    return block.changes
