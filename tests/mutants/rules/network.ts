/** Network spec and genesis. */
import { rulesOf, type Rule } from '../rule.ts';

/** Both ends of a field's range, each let out by one. */
function rangeOf(field: string, least: string, most: string, code: string): Omit<Rule, 'file'>[] {
  const from = `${field}: [${least}, ${most}, '${code}']`;
  return [
    { rule: `${field} is at least ${least}`, code, from, to: `${field}: [${least} - 1, ${most}, '${code}']` },
    { rule: `${field} is at most ${most}`, code, from, to: `${field}: [${least}, ${most} + 1, '${code}']` },
  ];
}

export const NETWORK_RULES: readonly Rule[] = [
  ...rulesOf('src/core/network-spec.ts', [
    {
      rule: 'version of a spec is 1',
      code: 'bad-value',
      from: 'if (version !== SPEC_VERSION)',
      to: 'if (false)',
    },
    {
      rule: 'realm is 0 or 1',
      code: 'bad-value',
      from: "reader.fail('bad-value', 'unknown realm')",
      to: "'lab'",
    },
    {
      rule: 'consensus is 0 or 1',
      code: 'bad-value',
      from: "if (tag !== 1) reader.fail('bad-value', `unknown consensus ${tag}`);",
      to: "if (tag !== 1) return { type: 'pow' };",
    },
    {
      rule: 'a spec has at most 4,096 bytes',
      code: 'oversized',
      from: 'decode(bytes, SPEC_BYTES_MAX, readSpec)',
      to: 'decode(bytes, SPEC_BYTES_MAX + 1, readSpec)',
    },
    {
      rule: 'the name of a spec is read up to 80 bytes',
      code: 'oversized',
      from: 'reader.varbytes(NAME_BYTES_MAX)',
      to: 'reader.varbytes(SPEC_BYTES_MAX)',
    },
    {
      rule: 'the members of a committee are read up to 64',
      code: 'oversized',
      from: 'reader.list(MEMBERS_MAX, (inner)',
      to: 'reader.list(MEMBERS_MAX + 1, (inner)',
    },
    { rule: 'a network has a name', code: 'bad-name', from: 'characters < 1 || ', to: '' },
    {
      rule: 'the name of a network has at most 40 code points',
      code: 'bad-name',
      from: 'characters > NAME_CHARACTERS_MAX || ',
      to: '',
    },
    {
      rule: 'the name of a network may have 40 code points',
      code: 'bad-name',
      from: 'characters > NAME_CHARACTERS_MAX || ',
      to: 'characters >= NAME_CHARACTERS_MAX || ',
    },
    {
      rule: 'the name of a network is plain text',
      code: 'bad-name',
      from: ' || !isPlainText(spec.name)',
      to: '',
    },
    {
      rule: 'the name of a network has at most 80 bytes',
      code: 'bad-name',
      from: 'if (encodeUtf8(spec.name).length > NAME_BYTES_MAX)',
      to: 'if (false)',
    },
    {
      rule: 'the name of a network may have 80 bytes',
      code: 'bad-name',
      from: '.length > NAME_BYTES_MAX)',
      to: '.length >= NAME_BYTES_MAX)',
    },
    {
      rule: 'a committee has members',
      code: 'bad-members',
      from: 'members.length < 1 || ',
      to: '',
    },
    {
      rule: 'a committee has at most 64 members',
      code: 'bad-members',
      from: ' || members.length > MEMBERS_MAX',
      to: '',
    },
    {
      rule: 'members have keys of 33 bytes that begin with 2 or 3',
      code: 'bad-members',
      from: 'isCompressedKey(member) && ',
      to: '',
    },
    {
      rule: 'members are ascending',
      code: 'bad-members',
      from: ' && (i === 0 || compareBytes(members[i - 1]!, member) < 0)',
      to: '',
    },
    {
      rule: 'no member is there twice',
      code: 'bad-members',
      from: 'compareBytes(members[i - 1]!, member) < 0',
      to: 'compareBytes(members[i - 1]!, member) <= 0',
    },
    ...rangeOf('blockIntervalS', '1', '3600', 'bad-interval'),
    ...rangeOf('halfLifeS', '1', '30 * 86_400', 'bad-half-life'),
    ...rangeOf('halvingBlocks', '1', 'UINT32_MAX', 'bad-halving'),
    ...rangeOf('maturityBlocks', '0', '1000', 'bad-maturity'),
    ...rangeOf('blockBytesMax', '16 * 1024', '2_000_000', 'bad-block-bytes'),
    ...rangeOf('futureCapS', '1', '7200', 'bad-future-cap'),
    ...rangeOf('stampBits', '0', '32', 'bad-stamp-bits'),
    ...rangeOf('genesisTimeS', '0', 'UINT32_MAX', 'bad-genesis-time'),
    {
      rule: 'numbers of a spec are whole',
      code: 'bad-interval',
      from: '!Number.isInteger(value) || ',
      to: '',
    },
    {
      rule: 'halfLifeS is not below blockIntervalS',
      code: 'bad-half-life',
      from: 'if (spec.halfLifeS < spec.blockIntervalS)',
      to: 'if (false)',
    },
    {
      rule: 'halfLifeS may be blockIntervalS',
      code: 'bad-half-life',
      from: 'spec.halfLifeS < spec.blockIntervalS',
      to: 'spec.halfLifeS <= spec.blockIntervalS',
    },
    {
      rule: 'powLimitBits is a compact target',
      code: 'bad-pow-limit',
      from: 'if (targetFromBits(spec.powLimitBits) === undefined)',
      to: 'if (false)',
    },
    { rule: 'subsidy is not negative', code: 'bad-subsidy', from: 'spec.subsidy < 0n || ', to: '' },
    {
      rule: '2 · subsidy · halvingBlocks is below 2^64',
      code: 'bad-subsidy',
      from: ' || 2n * spec.subsidy * BigInt(spec.halvingBlocks) > UINT64_MAX',
      to: '',
    },
    {
      rule: '2 · subsidy · halvingBlocks may be just below 2^64',
      code: 'bad-subsidy',
      from: '2n * spec.subsidy * BigInt(spec.halvingBlocks) > UINT64_MAX',
      to: '2n * spec.subsidy * BigInt(spec.halvingBlocks) >= UINT64_MAX - 1n',
    },
    {
      rule: 'bytes of a spec are judged like a spec of our own',
      code: 'bad-interval',
      from: 'return verdict.ok ? decoded : verdict;',
      to: 'return decoded;',
    },
  ]),
  ...rulesOf('src/core/consensus.ts', [
    {
      rule: 'nodes refuse the network of a committee',
      code: 'unsupported-consensus',
      from: "if (spec.consensus.type === 'pow') return",
      to: 'if (true) return',
    },
  ]),
  ...rulesOf('src/core/genesis.ts', [
    {
      rule: 'genesis commits to the spec',
      code: 'other-network',
      from: 'prevHash: BlockHash.of(NetworkId.toBytes(networkIdOf(spec)))',
      to: 'prevHash: BlockHash.of(NetworkId.toBytes(networkIdOf({ ...spec, name: "x" })))',
    },
    { rule: 'genesis has the time of the spec', from: 'timeS: spec.genesisTimeS', to: 'timeS: spec.genesisTimeS + 1' },
    { rule: 'genesis has the bits of the spec', from: 'bits: spec.powLimitBits', to: 'bits: 0x1d00ffff' },
    {
      rule: 'genesis has the root of no leaves',
      from: 'bodyRoot: merkleRoot([])',
      to: 'bodyRoot: new Uint8Array(32)',
    },
    {
      rule: 'genesis has the root of the empty state',
      from: 'stateRoot: stateRootOf(emptyAccumulator())',
      to: 'stateRoot: new Uint8Array(32)',
    },
  ]),
];
