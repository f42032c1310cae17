// The linter holds the architecture: each folder may import only what its place in the house allows.
import js from '@eslint/js';
import globals from 'globals';
import ts from 'typescript-eslint';

const ALL = [
  'files',
  'exports',
  'host',
  'engine',
  'onnx',
  'formats',
  'run',
  'driver',
  'statistics',
  'metrics',
  'geometry',
  'findings',
  'papers',
  'protocol',
  'terminal',
  'theory',
];

/**
 * @param {string} folder under src/ (or a full glob)
 * @param {string[]} allowed folders under src/ it may import
 * @param {string[]} packages it may import beside relative files; 'node' stands for Node's own modules
 */
function boundary(folder, allowed, packages) {
  const forbidden = ALL.filter((name) => name !== folder && !allowed.includes(name));
  const patterns = forbidden.map((name) => ({
    // Only the folder itself: `../protocol/engine` is a file of another one.
    regex: `^(\\.\\./)+${name}(/|$)`,
    message: `src/${folder} must not import src/${name}.`,
  }));
  const outside = [
    'ajv',
    'katex',
    'commander',
    'vscode',
    'onnxruntime-node',
    'chart.js',
    '@vscode/webview-ui-toolkit',
    'vscode-jsonrpc',
    'yauzl',
    'jsonc-parser',
    'h5wasm',
    'hyparquet',
    'hyparquet-compressors',
    'csv-parse',
    'sharp',
  ];
  for (const name of outside) {
    if (!packages.includes(name)) {
      patterns.push({ group: [name, `${name}/**`], message: `src/${folder} must not import ${name}.` });
    }
  }
  if (!packages.includes('node')) patterns.push({ group: ['node:*'], message: `src/${folder} must run without Node.` });
  return { files: [`src/${folder}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

export default ts.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', '.vscode-test/**'] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ['src/**/*.ts', 'webview/**/*.ts', 'test/**/*.ts'],
    extends: [...ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off', // index arithmetic on typed arrays needs it
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
  boundary('protocol', [], []),
  boundary('papers', ['protocol'], []),
  boundary('metrics', ['statistics', 'papers', 'protocol'], []),
  boundary('findings', ['metrics', 'papers', 'protocol'], []),
  boundary('geometry', ['metrics', 'statistics', 'protocol'], []),
  boundary('statistics', [], []),
  boundary('theory', ['metrics', 'statistics', 'protocol'], []),
  boundary('onnx', ['protocol'], ['node']),
  boundary(
    'formats',
    ['protocol'],
    ['node', 'yauzl', 'sharp', 'h5wasm', 'hyparquet', 'hyparquet-compressors', 'csv-parse'],
  ),
  boundary('files', [], ['node']),
  boundary('exports', ['protocol'], ['node']),
  boundary('run', ['files', 'formats', 'onnx', 'protocol'], ['node', 'ajv', 'jsonc-parser']),
  boundary(
    'engine',
    ['onnx', 'formats', 'run', 'statistics', 'metrics', 'geometry', 'theory', 'protocol'],
    ['node', 'onnxruntime-node', 'vscode-jsonrpc'],
  ),
  boundary('driver', ['files', 'exports', 'findings', 'protocol'], ['node', 'vscode-jsonrpc']),
  boundary('terminal', ['metrics', 'papers', 'protocol'], ['node']),
  boundary('host', ['driver', 'exports', 'files', 'metrics', 'papers', 'protocol', 'run'], ['node', 'vscode']),
  {
    files: ['webview/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['vscode', 'onnxruntime-node', 'node:*'], message: 'The webview runs in a browser.' },
            {
              regex: '/src/(host|engine|exports|onnx|formats|run|driver|terminal)/',
              message: 'The webview knows reports, metrics and papers only.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['webview/**/*.ts'],
    ignores: ['webview/toolkit.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='@vscode/webview-ui-toolkit']",
          message: 'Only webview/toolkit.ts imports the UI toolkit.',
        },
      ],
    },
  },
  { files: ['src/cli.ts', 'test/**/*.ts', '**/*.mjs'], rules: { 'no-console': 'off' } },
);
