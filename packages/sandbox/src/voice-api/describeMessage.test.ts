import { expect, test } from 'vitest';
import { sizeOfMessage } from '../server/messageSize.ts';
import { describeMessage, typeOfMessage } from './describeMessage.ts';

test.each(['', 'abc', 'äöü', '€ 3,50', '😀😀', '{"type":"x"}', 'a\u0000b'])(
  'the size of %j is that of its UTF-8, as the platform encodes it',
  (text) => {
    expect(sizeOfMessage(text)).toBe(new TextEncoder().encode(text).length);
  },
);

test('messages are described by kind and size, never by content', () => {
  expect(describeMessage('{"token":"secret"}')).toBe('a text message of 18 characters');
  expect(describeMessage(new Uint8Array(3))).toBe('a binary message of 3 bytes');
  expect(typeOfMessage('{"token":"secret"}')).toBe('auth');
  expect(typeOfMessage('secret')).toBe('malformed');
});
