import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REFUSALS } from '../src/refusals.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README has every refusal, with its status', () => {
  const rows = [...readme.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ]);
  expect(rows).toEqual(Object.entries(REFUSALS).map(([code, { status }]) => [code, status]));
});

test('every message of a refusal fits a close reason: 123 bytes of ASCII', () => {
  for (const { message } of Object.values(REFUSALS)) expect(message).toMatch(/^[\x20-\x7e]{1,123}$/);
});
