import { expect, test } from 'vitest';
import { tarballProblems } from './tarballProblems.mjs';

const good = {
  name: '@voicewire/x',
  files: ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/testing/latest.js'],
  manifest: { dependencies: { '@voicewire/protocol': '0.1.0' } },
};

test('a package with its readme, its licence and nothing but code has no problems', () => {
  expect(tarballProblems(good)).toEqual([]);
});

test('names what is missing, what came along, and what cannot be installed', () => {
  const files = ['LICENSE', 'dist/a.test.js', 'dist/port.contract.js', 'test/fixture.wav'];
  const manifest = { dependencies: { '@voicewire/protocol': 'workspace:*' } };
  expect(tarballProblems({ ...good, files, manifest })).toEqual([
    'README.md is missing',
    expect.stringContaining('dist/a.test.js'),
    expect.stringContaining('dist/port.contract.js'),
    expect.stringContaining('test/fixture.wav'),
    expect.stringContaining('"workspace:*"'),
  ]);
});
