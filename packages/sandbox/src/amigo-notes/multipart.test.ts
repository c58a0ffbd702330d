import { encodeMultipart } from '@voicewire/protocol/wire';
import type { FormPart } from '@voicewire/protocol/wire';
import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { boundaryOf, parseMultipart } from './multipart.ts';

const SEED = 11;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string) => parseMultipart(encode(text.replaceAll('\n', '\r\n')), 'x');
const head = (name: string): string => `Content-Disposition: form-data; name="${name}"\n`;

describe('boundaryOf', () => {
  test.each([
    ['multipart/form-data; boundary=x', 'x'],
    ['multipart/form-data; boundary="a b"', 'a b'],
    ['multipart/form-data;boundary=x', 'x'],
    ['multipart/form-data', undefined],
    ['multipart/mixed; boundary=x', undefined],
  ])('%s', (contentType, wanted) => {
    expect(boundaryOf(contentType)).toBe(wanted);
  });
});

describe('parseMultipart', () => {
  test(`gives back what our encoder wrote, boundary-like bytes included; seed ${SEED}`, () => {
    const random = createSeededRandom(SEED);
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from({ length: Math.floor(random.next() * 200) }, () =>
        pick(random.next(), [13, 10, 45, 120, 0, 255]),
      );
      const parts: FormPart[] = [
        { kind: 'text', name: 'a "b"\r\n', text: 'Zażółć\n😀' },
        { kind: 'file', name: 'f', fileName: 'audio "1".wav', contentType: 'audio/wav', bytes },
      ];
      const body = encodeMultipart(parts, () => random.next());
      expect(parseMultipart(body.bytes, boundaryOf(body.contentType) ?? '')).toEqual({ ok: true, parts });
    }
  });

  test('gives back what the platform wrote', async () => {
    const form = new FormData();
    form.append('initial_message_type', 'user-message');
    form.append('recorded_message', new Blob([Uint8Array.from([1, 2, 3])], { type: 'audio/wav' }), 'audio.wav');
    const request = new Request('http://localhost/', { method: 'POST', body: form });
    const boundary = boundaryOf(request.headers.get('content-type') ?? '') ?? '';
    const parsed = parseMultipart(new Uint8Array(await request.arrayBuffer()), boundary);
    expect(parsed).toEqual({
      ok: true,
      parts: [
        { kind: 'text', name: 'initial_message_type', text: 'user-message' },
        {
          kind: 'file',
          name: 'recorded_message',
          fileName: 'audio.wav',
          contentType: 'audio/wav',
          bytes: Uint8Array.from([1, 2, 3]),
        },
      ],
    });
  });

  test('a preamble, an empty part, and text after the end are no trouble', () => {
    expect(parse(`hello\n--x\n${head('a')}\n\n--x--\nbye`)).toEqual({
      ok: true,
      parts: [{ kind: 'text', name: 'a', text: '' }],
    });
  });

  test.each([
    ['an empty body', ''],
    ['another boundary', `--y\n${head('a')}\n1\n--y--`],
    ['no end', `--x\n${head('a')}\n1`],
    ['a boundary that is only the start of one', `--xy\n${head('a')}\n1\n--x--`],
    ['a part without a name', '--x\nContent-Disposition: form-data\n\n1\n--x--'],
    ['a part that is no form data', '--x\nContent-Disposition: attachment; name="a"\n\n1\n--x--'],
    ['a part without headers', '--x\n1\n--x--'],
    ['headers without end', `--x\n${head('a')}X: ${'y'.repeat(5000)}\n\n1\n--x--`],
    ['257 parts', `${`--x\n${head('a')}\n1\n`.repeat(257)}--x--`],
  ])('%s is refused', (_name, text) => {
    expect(parse(text).ok).toBe(false);
  });

  test('2 MB of what nearly is a boundary do not take forever', () => {
    const body = encode('\n--y'.repeat(500_000));
    expect(parseMultipart(body, 'y'.repeat(70)).ok).toBe(false);
  });
});

function pick(share: number, from: readonly number[]): number {
  return from[Math.floor(share * from.length)] ?? 0;
}
