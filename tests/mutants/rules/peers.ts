/** What a peer is judged by: handshake, answers, questions, bytes and their hashes, frames. */
import { rulesOf, type Rule } from '../rule.ts';

export const PEER_RULES: readonly Rule[] = [
  ...rulesOf('src/node/handshake.ts', [
    {
      rule: 'protocolVersion is 1',
      code: 'protocol-version',
      from: 'if (hello.protocolVersion !== own.protocolVersion)',
      to: 'if (false)',
    },
    {
      rule: 'genesisHash is ours',
      code: 'other-network',
      from: 'if (hello.genesisHash !== own.genesisHash)',
      to: 'if (false)',
    },
    {
      rule: 'the peer id is not ours',
      code: 'self',
      from: "return id === peerIdOf(own.nodeKey) ? reject('self') : accept(id);",
      to: 'return accept(id);',
    },
    {
      rule: 'the signature of a handshake is valid',
      code: 'bad-auth',
      from: 'return verify(handshakeDigest(channelBinding, theirs, own), signature, theirs.nodeKey);',
      to: 'return true;',
    },
    {
      rule: 'a handshake covers the channel it crossed',
      code: 'bad-auth',
      from: "'medmesh/handshake', channelBinding, lengthPrefix,",
      to: "'medmesh/handshake', lengthPrefix,",
    },
    {
      rule: 'a handshake covers both hellos',
      code: 'bad-auth',
      from: 'signerBytes, encodeMessage(other))',
      to: 'signerBytes, new Uint8Array(encodeMessage(other).length))',
    },
  ]),
  ...rulesOf('src/node/peer-manager.ts', [
    {
      rule: 'at most 24 links',
      code: 'links-full',
      from: 'if (this.sessions.size > linksMax)',
      to: 'if (this.sessions.size > linksMax + 1)',
    },
    {
      rule: 'links of its own choice have places',
      code: 'links-full',
      from: 'LINKS_MAX - this.placesKept;',
      to: 'LINKS_MAX;',
    },
    {
      rule: 'a node dials links of its own choice, however many dial it',
      from: 'ownLinkCount: () => this.ownLinks,',
      to: 'ownLinkCount: () => LINKS_MAX,',
    },
    {
      rule: 'a handshake is not waited for for ever',
      code: 'handshake-timeout',
      from: "this.close(info.link, 'handshake-timeout', false),",
      to: 'undefined,',
    },
    {
      rule: 'a handshake comes before everything else',
      code: 'message-before-handshake',
      from: 'if (!session.peer) return this.shakeHands(session, message);',
      to: "if (!session.peer && (message.type === 'hello' || message.type === 'auth')) return this.shakeHands(session, message);\n    if (!session.peer) return;",
    },
    {
      rule: 'who is banned is not let in',
      code: 'banned',
      from: 'if (this.isBanned(checked.value))',
      to: 'if (false)',
    },
    {
      rule: 'a ban ends',
      code: 'banned',
      from: 'if (untilMs > this.clock.nowMs()) return true;',
      to: 'return true;',
    },
    {
      rule: 'who signs wrongly is not let in',
      code: 'bad-auth',
      from: "return this.close(link, 'bad-auth', false);",
      to: '',
    },
    {
      rule: 'of two links to one node one stays',
      code: 'duplicate',
      from: "if (twin && (this.isPreferred(twin.outbound, id) || !this.isPreferred(session.info.outbound, id))) {\n      return this.close(session.info.link, 'duplicate', false);\n    }\n    if (twin) this.close(twin.link, 'duplicate', false);",
      to: 'void twin;',
    },
    {
      rule: 'of two links to one node that of the lower peer id stays',
      code: 'duplicate',
      from: 'return outbound === this.key.peerId < id;',
      to: 'return outbound === this.key.peerId > id;',
    },
    {
      rule: 'a handshake is done once',
      code: 'repeated-handshake',
      from: "return this.punish(session.peer, 'repeated-handshake', MISBEHAVIOR_MAX);",
      to: 'return;',
    },
    {
      rule: 'messages come no faster than so many a second',
      code: 'message-flood',
      from: "if (!this.isPaid(session, bytes)) return this.close(link, 'message-flood', true);",
      to: 'this.isPaid(session, bytes);',
    },
    {
      rule: 'what we ask for is no flood',
      code: 'message-flood',
      from: 'if (session) session.expected = Math.min(ANSWERS_EXPECTED_MAX, session.expected + answers);',
      to: 'void [session, answers];',
    },
    {
      rule: 'a message that does not decode ends the link, with a ban',
      code: 'message-truncated',
      from: 'return this.close(link, `message-${decoded.code}`, true);',
      to: 'return;',
    },
    {
      rule: 'a pong was asked for',
      code: 'unasked-pong',
      from: "return this.punish(peer, 'unasked-pong', 10);",
      to: 'return;',
    },
    {
      rule: 'a pong has the nonce of the ping',
      code: 'unasked-pong',
      from: ' || nonce !== session.pingNonce',
      to: '',
    },
    {
      rule: 'a peer does not fall silent',
      code: 'timeout',
      from: "else if (nowMs - session.lastHeardMs > PEER_SILENT_MS) this.close(session.info.link, 'timeout', false);",
      to: '',
    },
    {
      rule: 'a peer is not blamed for our sleep',
      code: 'timeout',
      from: 'if (slept) session.lastHeardMs = nowMs;\n      else if',
      to: 'if',
    },
    {
      rule: 'a peer reads its control messages',
      code: 'slow-reader',
      from: "this.drop(peer, 'slow-reader');",
      to: 'return false;',
    },
    {
      rule: 'at 100 points a peer is banned',
      code: 'unasked-block',
      from: 'if (peer.score >= MISBEHAVIOR_MAX)',
      to: 'if (peer.score > MISBEHAVIOR_MAX)',
    },
    {
      rule: 'a point a minute is forgiven',
      from: 'peer.score = Math.max(0, peer.score - 1);',
      to: 'void peer;',
    },
  ]),
  ...rulesOf('src/node/blame.ts', [
    {
      rule: 'who sends what breaks a rule is banned',
      code: 'high-hash',
      from: 'default:\n      return MISBEHAVIOR_MAX;',
      to: 'default:\n      return 0;',
    },
    {
      rule: 'a header of the future costs nothing',
      code: 'time-too-new',
      from: "case 'time-too-new':\n",
      to: '',
    },
    { rule: 'a full index costs nothing', code: 'index-full', from: "case 'index-full':\n      return 0;", to: '' },
    { rule: 'an unknown parent costs 5 points', code: 'unknown-parent', from: 'return 5;', to: 'return 0;' },
  ]),
  ...rulesOf('src/node/header-sync.ts', [
    {
      rule: 'headers were asked for',
      code: 'unasked-headers',
      from: "if (!expected) return this.peers.punish(peer, 'unasked-headers', 20);",
      to: '',
    },
    {
      rule: 'a header that breaks a rule is blamed on who sent it',
      code: 'high-hash',
      from: 'if (points > 0) this.peers.punish(peer, inserted.code, points);',
      to: 'void points;',
    },
    {
      rule: 'the same headers again are not asked for for ever',
      from: ' && last.height > (this.reached.get(peer) ?? 0)',
      to: '',
    },
    {
      rule: 'a block told of is shown',
      code: 'headers-withheld',
      from: "this.peers.punish(peer, 'headers-withheld', 5);",
      to: 'void 0;',
    },
    {
      rule: 'a question for headers is answered',
      code: 'headers-timeout',
      from: "this.peers.drop(peer, 'headers-timeout')",
      to: 'void peer',
    },
  ]),
  ...rulesOf('src/node/block-download.ts', [
    {
      rule: 'a block was asked for',
      code: 'unasked-block',
      from: "return this.peers.punish(peer, 'unasked-block', 20);",
      to: 'this.stalls.delete(peer);',
    },
    {
      rule: 'the block that the tip waits for is not waited for longer because others come',
      from: 'this.asked.renew(peer, (id) => this.index.get(id)?.parent !== this.chain.tip);',
      to: 'this.asked.renew(peer, () => true);',
    },
    {
      rule: 'a block that breaks a rule is blamed on who sent it',
      code: 'bad-state-root',
      from: 'if (points > 0) this.peers.punish(peer, code, points);',
      to: 'void points;',
    },
    {
      rule: 'a question for blocks is answered',
      code: 'block-stall',
      from: "if (count >= STALLS_MAX) this.peers.drop(peer, 'block-stall');",
      to: '',
    },
  ]),
  ...rulesOf('src/node/block-relay.ts', [
    {
      rule: 'a compact block keeps the rules of its header',
      code: 'high-hash',
      from: 'return points > 0 ? peers.punish(peer, inserted.code, points) : undefined;',
      to: 'return;',
    },
    {
      rule: 'parts of a block were asked for',
      code: 'unasked-block-txs',
      from: "this.parts.peers.punish(peer, 'unasked-block-txs', 20);",
      to: 'return;',
    },
    {
      rule: 'parts of a block are as many as asked for',
      code: 'bad-block-txs',
      from: "    download.onUseless(peer, hash);\n    peers.punish(peer, 'bad-block-txs', 20);",
      to: '    download.onUseless(peer, hash);',
    },
    {
      rule: 'only connected blocks are served',
      from: 'if (!at || !chain.isOnMain(at) || at.height === 0) return undefined;',
      to: 'if (!at || at.height === 0) return undefined;',
    },
  ]),
  ...rulesOf('src/node/block-mender.ts', [
    {
      rule: 'what mends a damaged block has its bodyRoot',
      code: 'bad-body-root',
      from: 'if (fits && !fits.ok) this.peers.punish(peer, fits.code, blockPoints(fits.code));',
      to: '',
    },
  ]),
  ...rulesOf('src/node/tx-relay.ts', [
    {
      rule: 'a transaction that does not decode is blamed on who sent it',
      code: 'tx-truncated',
      from: 'return this.parts.peers.punish(peer, `tx-${decoded.code}`, MISBEHAVIOR_MAX);',
      to: 'return;',
    },
    {
      rule: 'a transaction was asked for or told of',
      code: 'unasked-tx',
      from: "if (!isExpected) return this.parts.peers.punish(peer, 'unasked-tx', 10);",
      to: '',
    },
    {
      rule: 'a transaction that no chain can hold is blamed on who sent it',
      code: 'bad-signature',
      from: 'if (admission.never) this',
      to: 'if (false) this',
    },
    {
      rule: 'a transaction that another chain may hold is blamed on nobody',
      code: 'insufficient-balance',
      from: 'if (admission.never) this',
      to: 'if (true) this',
    },
  ]),
  ...rulesOf('src/node/serve-queue.ts', [
    {
      rule: 'no more is asked for than may wait',
      code: 'request-flood',
      from: "if (line.answers.length >= this.bounds.answersMax) return this.peers.punish(peer, 'request-flood', 20);",
      to: '',
    },
  ]),
  ...rulesOf('src/node/blob-fetch.ts', [
    {
      rule: 'a manifest has the hash that is its blobId',
      code: 'bad-manifest',
      from: '!equalBytes(hash, BlobId.toBytes(this.id)) || ',
      to: '',
    },
    {
      rule: 'a chunk has the hash that its manifest names',
      code: 'bad-chunk',
      from: 'if (!expected || !equalBytes(hash, expected))',
      to: 'if (!expected || hash.length === 0)',
    },
    {
      rule: 'a part of a blob was asked for',
      from: 'if (!request || !this.host.window.answer(peer, request.order)) return false;',
      to: 'if (request) this.host.window.answer(peer, request.order);',
    },
  ]),
  ...rulesOf('src/node/blob-exchange.ts', [
    {
      rule: 'bytes without their hash are blamed on who sent them',
      code: 'bad-chunk',
      from: 'onForgery: (peer, code) => peers.punish(peer, code, 100),',
      to: 'onForgery: () => undefined,',
    },
    {
      rule: 'only what the chain names is told of',
      from: "if (!this.host.isCurrent(id)) return 'none';",
      to: '',
    },
    {
      rule: 'only what the chain names is served',
      from: 'const bytes = this.host.isCurrent(id) ? await this.readStored(id, part) : undefined;\n    return () =>\n      bytes && this.host.isCurrent(id)',
      to: 'const bytes = await this.readStored(id, part);\n    return () =>\n      bytes',
    },
    {
      rule: 'what became an old version before its turn is not served',
      from: 'bytes && this.host.isCurrent(id)',
      to: 'bytes',
    },
  ]),
  ...rulesOf('src/adapters/webrtc/frames.ts', [
    {
      rule: 'a frame has 1..16,384 bytes',
      code: 'bad-frame',
      from: ' || frame.length > FRAME_BYTES_MAX',
      to: '',
    },
    {
      rule: 'the flags of a frame are known',
      code: 'bad-frame',
      from: 'if (flags >= CLOSE) return bad(',
      to: 'if (false) return bad(',
    },
    {
      rule: 'a frame has the number of its message',
      code: 'bad-frame',
      from: 'if (readUint32(frame, 1) !== this.nextNumber[priority])',
      to: 'if (false)',
    },
    {
      rule: 'a message is not begun within another',
      code: 'bad-frame',
      from: 'if (isFirst === (assembly !== undefined))',
      to: 'if (!isFirst && assembly === undefined)',
    },
    {
      rule: 'a message has at most 4,194,304 bytes',
      code: 'bad-frame',
      from: 'if (totalBytes > MESSAGE_BYTES_MAX)',
      to: 'if (false)',
    },
    {
      rule: 'a frame that is not the last is full',
      code: 'bad-frame',
      from: 'isFull && missingBytes > 0',
      to: 'missingBytes > 0',
    },
    {
      rule: 'a frame that is not the last leaves something over',
      code: 'bad-frame',
      from: 'isFull && missingBytes > 0',
      to: 'isFull',
    },
    {
      rule: 'the last frame completes the length',
      code: 'bad-frame',
      from: 'if (missingBytes !== 0)',
      to: 'if (false)',
    },
  ]),
];
