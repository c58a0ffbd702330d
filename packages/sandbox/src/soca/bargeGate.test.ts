import { describe, expect, test } from 'vitest';
import { BargeGate } from './bargeGate.ts';

const STARTED_AT_MS = 70_000;

/** What a fresh gate makes of one partial, some time after speech began. */
function judge(text: string, { confidence = 0.9, afterMs = 300 } = {}): string {
  const gate = new BargeGate();
  gate.speechStarted(STARTED_AT_MS);
  return gate.judge({ text, confidence }, STARTED_AT_MS + afterMs);
}

describe('BargeGate', () => {
  test.each([
    ['9 characters', 'stop that', 'too-few-characters'],
    ['10 characters', 'stop there', 'open'],
    ['10 characters, 4 of them around the text', '  stop it  ', 'too-few-characters'],
    ['10 code points of 19 units', '🛑🛑🛑🛑🛑 🛑🛑🛑🛑', 'open'],
    ['1 word of 12 characters', 'interruption', 'too-few-words'],
    ['2 words', 'wait please', 'open'],
    ['2 words between tabs and line breaks', 'wait\t\n please', 'open'],
    ['nothing', '', 'too-few-characters'],
  ])('%s: %s', (_name, text, verdict) => {
    expect(judge(text)).toBe(verdict);
  });

  test.each(['uh um hmm eh ah', 'ya yah ya yah', 'Hmm, ya… UM!', 'hmm'])('only fillers: %s', (text) => {
    expect(judge(text)).toBe('only-fillers');
  });

  test.each(['hmm wait a moment', 'yahoo is here', 'um, no thanks'])('not only fillers: %s', (text) => {
    expect(judge(text)).toBe('open');
  });

  test.each([
    [0.29, 'too-uncertain'],
    [0.3, 'open'],
    [0.31, 'open'],
  ])('confidence %d: %s', (confidence, verdict) => {
    expect(judge('please stop talking', { confidence })).toBe(verdict);
  });

  test.each([
    [1490, 'open'],
    [1500, 'open'],
    [1510, 'too-late'],
  ])('%d ms after speech began: %s', (afterMs, verdict) => {
    expect(judge('please stop talking', { afterMs })).toBe(verdict);
  });

  test.each([
    [790, 'cooling-down'],
    [800, 'open'],
    [810, 'open'],
  ])('a second interruption %d ms after the first: %s', (betweenMs, verdict) => {
    const gate = new BargeGate();
    const partial = { text: 'please stop talking', confidence: 0.9 };
    gate.speechStarted(0);
    expect(gate.judge(partial, 100)).toBe('open');
    gate.speechEnded();
    gate.speechStarted(100 + betweenMs);
    expect(gate.judge(partial, 100 + betweenMs)).toBe(verdict);
  });

  test('a partial that did not interrupt begins no cooldown', () => {
    const gate = new BargeGate();
    gate.speechStarted(0);
    expect(gate.judge({ text: 'hmm', confidence: 0.9 }, 100)).toBe('only-fillers');
    expect(gate.judge({ text: 'hmm wait a moment', confidence: 0.9 }, 101)).toBe('open');
  });

  test('nothing interrupts outside a turn', () => {
    const gate = new BargeGate();
    const partial = { text: 'please stop talking', confidence: 0.9 };
    expect(gate.judge(partial, 0)).toBe('no-speech');
    gate.speechStarted(0);
    gate.speechEnded();
    expect(gate.judge(partial, 10)).toBe('no-speech');
  });

  test('thresholds can be set', () => {
    const gate = new BargeGate({ minPartialCharCount: 2, minPartialWordCount: 1, fillerWords: ['no'] });
    gate.speechStarted(0);
    expect(gate.judge({ text: 'no', confidence: 1 }, 0)).toBe('only-fillers');
    expect(gate.judge({ text: 'ya', confidence: 1 }, 0)).toBe('open');
  });
});
