import { describe, expect, test } from 'vitest';
import { browserBase64 } from '../browser/browserBase64.ts';
import { faultsOfBase64 } from '../ports/base64.contract.ts';
import { nodeBase64 } from './nodeBase64.ts';

describe('the platforms give base64 that may replace the protocol’s', () => {
  test('Node', () => {
    expect(faultsOfBase64(nodeBase64)).toEqual([]);
  });

  // Node 20 has `atob` and none of the newer methods, like the browsers that this way is for. Chromium runs the other.
  test('a browser without the methods of ECMAScript 2026', () => {
    expect(faultsOfBase64(browserBase64)).toEqual([]);
  });
});

test('the contract finds wrong bytes, shared memory, another text, and a decoder that takes anything', () => {
  const { decodeWhole, encodeWhole } = nodeBase64;
  const plusOne = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte + 1);
  expect(faultsOfBase64({ decodeWhole: (text) => plusOne(decodeWhole(text)) })).toContain(
    '1 bytes are decoded as others',
  );
  expect(faultsOfBase64({ decodeWhole: (text) => Buffer.from(text, 'base64') })).toContain(
    '1 bytes are a view of other memory',
  );
  expect(faultsOfBase64({ encodeWhole: ({ buffer }) => encodeWhole(new Uint8Array(buffer)) })).toContain(
    '0 bytes are another text',
  );
  expect(faultsOfBase64({ decodeWhole: (text) => new Uint8Array(text.length) })).toContain("'A*AA' is decoded");
});
