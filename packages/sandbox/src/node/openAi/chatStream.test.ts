import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChatStream } from './chatStream.ts';

const SEED = 20_261_121;

function read(chunks: readonly Uint8Array[]): string {
  let text = '';
  const stream = new ChatStream((piece) => {
    text += piece;
  });
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  return text;
}

const event = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

describe('ChatStream', () => {
  test(`gives the same text however its bytes are cut, inside a character too (seed ${SEED})`, () => {
    const whole = Buffer.from(`: hello\r\n${event('Grüße, ')}${event('😀.')}data: [DONE]\n\n`);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 8 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const chunks = edges.slice(1).map((edge, i) => whole.subarray(edges[i], edge));
        expect(read(chunks)).toBe('Grüße, 😀.');
      }),
      { seed: SEED },
    );
  });

  test('skips events without text and lines that cannot be read; a last line may lack its end', () => {
    const lines = 'data: {"choices":[]}\ndata: {broken\ndata: null\nevent: x\ndata: {"choices":[{"delta":{}}]}\n';
    expect(read([Buffer.from(lines + event('Yes.').trimEnd())])).toBe('Yes.');
  });

  test('a line of over 64 KiB is an error, not memory', () => {
    expect(() => read([Buffer.from('x'.repeat(70_000))])).toThrow('too long');
  });
});
