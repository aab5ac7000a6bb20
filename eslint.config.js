import js from '@eslint/js';
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Everything nondeterministic reaches the engine, the ledger and the node through ports: the simulator depends on it. */
const noAmbientWorld = {
  'no-restricted-globals': [
    'error',
    ...[
      'Date',
      'setTimeout',
      'setInterval',
      'clearTimeout',
      'clearInterval',
      'queueMicrotask',
      'console',
      'indexedDB',
      'navigator',
      'crypto',
      'performance',
      'fetch',
      'localStorage',
      'self',
      'window',
      'document',
    ].map((name) => ({ name, message: 'Comes through a port (src/node/ports.ts).' })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Comes through the Rng port.' },
    { object: 'globalThis', property: 'crypto', message: 'Comes through a port.' },
  ],
};

export default ts.config(
  { ignores: ['dist', '.cache', 'coverage', 'test-results', 'playwright-report'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node, ...globals.worker },
      parserOptions: { projectService: true },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  // Types of components are svelte-check's matter: here each of them would cost a program of its own.
  {
    files: ['**/*.svelte'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig, projectService: false } },
  },
  { files: ['**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } } },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...ts.configs.disableTypeChecked },
  { files: ['src/core/**', 'src/ledger/**', 'src/node/**'], rules: noAmbientWorld },
  {
    files: [
      'scripts/**',
      'tests/bench/**',
      'tests/load/**',
      'tests/mutants/**',
      'tests/sim/**',
      'tests/fuzz/main.ts',
      'src/app/serve/**',
    ],
    rules: { 'no-console': 'off' },
  },
);
