/** Who may import whom: the table of the README's architecture section, as rules. */
const only = (from, allowedPaths, comment, pathNot = []) => ({
  name: `${from}-imports`,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/`, pathNot },
  to: { pathNot: allowedPaths },
});
const npm = (...names) => names.map((name) => `^node_modules/${name}/`);
const src = (...paths) => paths.map((path) => `^src/${path}`);

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'src-never-imports-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^tests/' } },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(~icons/|virtual:)' },
    },
    {
      name: 'server-packages-stay-on-the-server',
      comment: "metrics and bus are the server's alone: neither the relay nor anything in a browser knows them",
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/app/serve/' },
      to: { path: npm('prom-client', 'ioredis') },
    },
    only('core', [...src('core/'), ...npm('@noble/[^/]+')], 'core: itself and @noble'),
    only('ledger', src('ledger/', 'core/'), 'ledger: itself and core'),
    only(
      'health',
      [...src('health/', 'core/'), ...npm('@noble/[^/]+', '@scure/[^/]+', 'hpke', '@panva/hpke-noble')],
      'health: itself, core (bytes, ids, crypto) and its own format libraries',
    ),
    only('node', src('node/', 'core/', 'ledger/', 'health/'), 'node: itself, core, ledger, health'),
    only(
      'adapters',
      [
        ...src('adapters/', 'node/ports\\.ts$', 'core/', 'relay/protocol\\.ts$'),
        ...npm('idb', 'comlink', 'simple-peer', '@types/simple-peer', 'hash-wasm', '@noble/[^/]+'),
        // The npm package: what a browser build finds under the name of Node.js's own.
        '^events$',
      ],
      'adapters: their own files, the ports, core, and the relay protocol for the signaling client',
    ),
    only(
      'relay',
      [
        ...src('relay/'),
        '^node_modules/ws/',
        '^node_modules/@types/ws/',
        '^(node:)?(http|https|crypto|events|stream|url|net|tls|buffer|os|path|fs|fs/promises|timers)$',
      ],
      'relay: itself, ws and Node.js',
    ),
    only(
      'ui',
      [
        ...src('ui/', 'node/api\\.ts$', 'health/'),
        ...npm('svelte', 'qr', '@fontsource[^/]*/[^/]+', 'unplugin-icons', '@iconify-json/[^/]+'),
        '^~icons/',
      ],
      'ui: itself, the node API file, display models of health, UI libraries',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.svelte', '.js', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'browser', 'import', 'types', 'default'],
    },
  },
};
