// This file checks multipart bodies with the platform's own reader of forms.
import { createSeededRandom } from '@voicewire/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeMultipart, type FormPart, type MultipartBody } from './multipart.ts';
import { encodeUtf8 } from './utf8.ts';

const BOUNDARY_RULE = /^multipart\/form-data; boundary=.+$/;

type ReadPart = readonly [
  name: string,
  value: string | { readonly fileName: string; readonly type: string; readonly bytes: number[] },
];

async function readForm({ contentType, bytes }: MultipartBody): Promise<ReadPart[]> {
  const response = new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'Content-Type': contentType } });
  const form = await response.formData();
  const parts: ReadPart[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string') parts.push([name, value]);
    else {
      const content = [...new Uint8Array(await value.arrayBuffer())];
      parts.push([name, { fileName: value.name, type: value.type, bytes: content }]);
    }
  }
  return parts;
}

const expectedPart = (part: FormPart): ReadPart =>
  part.kind === 'text'
    ? [part.name, part.text]
    : [part.name, { fileName: part.fileName, type: part.contentType, bytes: [...part.bytes] }];

describe('encodeMultipart', () => {
  test('writes a text and a file as the pages show them', () => {
    const { contentType, bytes } = encodeMultipart(
      [
        { kind: 'text', name: 'kind', text: 'user' },
        { kind: 'file', name: 'sound', fileName: 'a.wav', contentType: 'audio/wav', bytes: Uint8Array.of(82, 73) },
      ],
      () => 0,
    );
    const boundary = `voicewire-${'0'.repeat(28)}`;
    expect(contentType).toBe(`multipart/form-data; boundary=${boundary}`);
    expect(contentType).toMatch(BOUNDARY_RULE);
    expect(Buffer.from(bytes).toString('latin1')).toBe(
      [
        `--${boundary}`,
        'Content-Disposition: form-data; name="kind"',
        '',
        'user',
        `--${boundary}`,
        'Content-Disposition: form-data; name="sound"; filename="a.wav"',
        'Content-Type: audio/wav',
        '',
        'RI',
        `--${boundary}--`,
        '',
      ].join('\r\n'),
    );
  });

  test('is read back part by part, in order, for 300 random forms', async () => {
    const random = createSeededRandom();
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/["\r\n\\]/.test(text));
    const text = fc.record({ kind: fc.constant('text' as const), name, text: fc.string({ unit: 'grapheme' }) });
    const file = fc.record({
      kind: fc.constant('file' as const),
      name,
      fileName: fc.constantFrom('audio.wav', 'message.txt', 'ä.mp3'),
      contentType: fc.constantFrom('audio/wav', 'audio/mpeg'),
      bytes: fc.uint8Array({ maxLength: 300 }),
    });
    const parts = fc.array(fc.oneof(text, file), { minLength: 1, maxLength: 5 });
    const property = fc.asyncProperty(parts, async (form) => {
      expect(await readForm(encodeMultipart(form, () => random.next()))).toEqual(form.map(expectedPart));
    });
    await fc.assert(property, { numRuns: 300 });
  });

  test('draws another boundary while the one drawn occurs in a part, also where every draw is the same', async () => {
    const first = `voicewire-${'0'.repeat(28)}`;
    const second = `voicewire-1${'0'.repeat(28)}`;
    const parts = [
      { kind: 'file', name: 'f', fileName: 'f', contentType: 'audio/wav', bytes: encodeUtf8(`x\r\n--${first}\r\n`) },
      { kind: 'text', name: 't', text: second },
    ] as const;
    const body = encodeMultipart(parts, () => 0);
    expect(body.contentType).toBe(`multipart/form-data; boundary=voicewire-2${'0'.repeat(28)}`);
    expect(await readForm(body)).toEqual(parts.map(expectedPart));
  });

  test('lets no name or file name start a header or another part', () => {
    const evil = 'a"\r\nX-Evil: 1\r\n\r\n--b';
    const { bytes } = encodeMultipart(
      [{ kind: 'file', name: evil, fileName: evil, contentType: 'audio/wav', bytes: new Uint8Array(0) }],
      () => 0.5,
    );
    const text = Buffer.from(bytes).toString();
    expect(text).toContain('name="a%22%0D%0AX-Evil: 1%0D%0A%0D%0A--b"; filename="a%22%0D%0A');
    expect(text.split('\r\n')).toHaveLength(7);
  });

  test('draws boundaries that differ, of at most 70 characters', () => {
    const random = createSeededRandom(7);
    const types = Array.from({ length: 100 }, () => encodeMultipart([], () => random.next()).contentType);
    expect(new Set(types).size).toBe(100);
    for (const type of types) expect(type.length - 'multipart/form-data; boundary='.length).toBeLessThanOrEqual(70);
  });
});
