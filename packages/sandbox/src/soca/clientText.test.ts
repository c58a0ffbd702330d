import { describe, expect, test } from 'vitest';
import { kindOfText } from './clientText.ts';

const base64 = Buffer.alloc(640, 7).toString('base64');

describe('kindOfText', () => {
  test.each([
    ['{"type":"start"}', 'start'],
    ['{"type":"start","audio":"x"}', 'start'],
    ['{"type":"stop"}', 'stop'],
    [' {"type":"barge","extra":[1]} ', 'barge'],
    [`{"type":"audio","data":"${base64}"}`, 'audio'],
    [`{"data":"data:audio/pcm;base64,${base64}"}`, 'audio'],
    [base64, 'audio'],
    [JSON.stringify({ samples: Array(320).fill(-1) }), 'audio'],
    ['{"type":"hello","text":"I would like to say something quite long, in plain words, not audio"}', 'other'],
    [JSON.stringify({ note: 'a plain sentence, again and again. '.repeat(20) }), 'other'],
    ['hello', 'other'],
    ['', 'other'],
    ['null', 'other'],
    ['[]', 'other'],
    ['{"type":"__proto__"}', 'other'],
    [`${'['.repeat(30_000)}`, 'other'],
  ])('%#: %.60s', (text, kind) => {
    expect(kindOfText(text)).toBe(kind);
  });
});
