"""Verifies exported chains, from docs/PROTOCOL.md alone and with nothing of Medmesh's own code.

    python3 verify.py FILE...                    each an exported chain
    python3 verify.py FILE --next BLOCK...       each BLOCK (header and body) as the next block of that chain
    python3 verify.py --examples PROTOCOL.md     the worked examples of the document

Prints one line for each: what was verified, or height, rule and reject code of the first rule broken. Ends with 1 where
something was refused. --clock SECONDS is the receiver's clock in Unix seconds, this machine's if absent.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import List, Tuple

sys.dont_write_bytecode = True

from chain import HEADER_BYTES, HeaderChain, read_spec  # noqa: E402
from codec import Reader, Refused  # noqa: E402
from examples import check_examples  # noqa: E402
from ledger import State, apply_block  # noqa: E402


class Chain:
    """Headers and state from genesis on."""

    def __init__(self, spec_bytes: bytes, clock: int) -> None:
        self.spec = read_spec(spec_bytes)
        self.clock = clock
        self.headers = HeaderChain(self.spec)
        self.genesis_hash = self.headers.tip.hash
        self.state = State()

    def add(self, header_bytes: bytes, body: bytes, keep: bool = True) -> None:
        """Judges the next block, and takes it."""
        header = self.headers.check(header_bytes, self.clock)
        changes = apply_block(self.spec, self.genesis_hash, self.state, self.headers.height + 1, header, body)
        if keep:
            self.headers.append(header)
            self.state.commit(changes)

    def summary(self) -> str:
        headers = self.headers
        return (
            f"verified {headers.height} blocks, tip {headers.tip.hash.hex()}, "
            f"state root {self.state.root.hex()}, chainwork {headers.chainwork:064x}"
        )


def read_export(data: bytes) -> Tuple[bytes, Reader]:
    """ "What is local", exported chain: the spec, and a reader at the first block."""
    reader = Reader(data)
    return reader.varbytes(len(data)), reader


def verify_file(path: str, clock: int) -> Chain:
    """The whole chain; raises Refused with the place of the first rule broken."""
    where = "file"
    try:
        spec_bytes, reader = read_export(Path(path).read_bytes())
        where = "network spec"
        chain = Chain(spec_bytes, clock)
        while reader.at < len(reader.data):
            where = f"height {chain.headers.height + 1}"
            chain.add(reader.raw(HEADER_BYTES), reader.varbytes(len(reader.data)))
        return chain
    except Refused as refused:
        raise Refused(refused.code, f"{where}: {refused.rule}") from None


def main(arguments: List[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--next", nargs="+", default=[], metavar="BLOCK")
    parser.add_argument("--clock", type=int, default=int(time.time()), metavar="SECONDS")
    parser.add_argument("--examples", metavar="DOCUMENT")
    options = parser.parse_args(arguments)
    if not options.files and not options.examples or options.next and len(options.files) != 1:
        parser.error("one FILE or more, exactly one with --next, or --examples")

    failed = False
    if options.examples:
        count, failures = check_examples(Path(options.examples).read_text(encoding="utf-8"))
        for failure in failures:
            print(failure)
        failed = bool(failures)
        print(f"{count - len(failures)} of {count} values of the examples hold")
    for path in options.files:
        name = f"{path}: " if len(options.files) > 1 else ""
        try:
            chain = verify_file(path, options.clock)
            print(f"{name}{chain.summary()}")
        except Refused as refused:
            failed = True
            print(f"{name}refused at {refused}")
            continue
        for block_path in options.next:
            block = Path(block_path).read_bytes()
            try:
                chain.add(block[:HEADER_BYTES], block[HEADER_BYTES:], keep=False)
                print(f"{block_path}: accepted at height {chain.headers.height + 1}")
            except Refused as refused:
                failed = True
                print(f"{block_path}: refused at height {chain.headers.height + 1}: {refused}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
