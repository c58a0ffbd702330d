import { describe, expect, test } from 'vitest';
import { addAgentText, addUserText, completeAgentTurn, interruptAgent, type Transcript } from './transcript.ts';

const shown = (lines: Transcript): string[] =>
  lines.map(
    ({ role, text, isFinal, isInterrupted }) => `${role}${isFinal ? '' : '…'}: ${text}${isInterrupted ? ' —' : ''}`,
  );

describe('a transcript', () => {
  test('replaces what the user’s words were before they were final, under one id', () => {
    let lines: Transcript = [];
    lines = addUserText(lines, { text: 'What', isFinal: false });
    const { id } = lines[0] ?? { id: -1 };
    lines = addUserText(lines, { text: 'What time is it', isFinal: false });
    expect(shown(lines)).toEqual(['user…: What time is it']);
    lines = addUserText(lines, { text: 'What time is it?', isFinal: true });
    expect(lines).toMatchObject([{ id, text: 'What time is it?', isFinal: true }]);
    expect(shown(addUserText(lines, { text: 'Hello?', isFinal: true }))).toEqual([
      'user: What time is it?',
      'user: Hello?',
    ]);
  });

  test('joins the agent’s pieces, takes the whole from the vendor where it repeats it, and marks where it was cut off', () => {
    let lines: Transcript = [];
    lines = addAgentText(lines, { text: 'It is ' });
    lines = addAgentText(lines, { text: 'noon' });
    expect(shown(completeAgentTurn(lines, {}))).toEqual(['agent: It is noon']);
    lines = completeAgentTurn(lines, { fullText: 'It is noon.' });
    lines = addAgentText(lines, { text: 'And' });
    expect(shown(interruptAgent(lines))).toEqual(['agent: It is noon.', 'agent: And —']);
    expect(shown(completeAgentTurn(lines, { fullText: 'And sunny.' }))).toEqual([
      'agent: It is noon.',
      'agent: And sunny.',
    ]);
    expect(shown(completeAgentTurn([], { fullText: 'Hi.' }))).toEqual(['agent: Hi.']);
    expect(completeAgentTurn([], {})).toEqual([]);
    expect(interruptAgent([])).toEqual([]);
  });

  test('keeps the newest 1,000 lines, with ids that are never used twice', () => {
    let lines: Transcript = [];
    for (let i = 0; i < 1_005; i++) lines = addUserText(lines, { text: String(i), isFinal: true });
    expect(lines.length).toBe(1_000);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(1_000);
    expect(lines.at(-1)).toMatchObject({ id: 1_005, text: '1004' });
  });
});
