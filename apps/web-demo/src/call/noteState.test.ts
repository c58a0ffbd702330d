import { describe, expect, test } from 'vitest';
import { describeNote, describeNoteButton, INITIAL_NOTE_STATE, reduceNote, type NoteAction } from './noteState.ts';
import { describeNoteEvent } from './noteText.ts';

const after = (...actions: readonly NoteAction[]) => actions.reduce(reduceNote, INITIAL_NOTE_STATE);
const event = (arrived: Extract<NoteAction, { type: 'eventArrived' }>['event']): NoteAction => ({
  type: 'eventArrived',
  event: arrived,
});
const PROBLEM = { kind: 'failure', code: 'connection-lost', text: 'The reply broke off.', canRetry: true } as const;
const ANSWERED = [
  { type: 'recordingBegun' },
  { type: 'sent' },
  event({ type: 'uploadStarted', uploadBytes: 32_044 }),
  event({ type: 'transcript', text: 'where is it', isFinal: true }),
  event({ type: 'agentText', text: 'On ' }),
  event({ type: 'agentSpeechStarted', audibleMs: 5 }),
  event({ type: 'agentText', text: 'its way.' }),
] as const;

describe('A voice note', () => {
  test.each([
    [0, 'Nothing sent yet.', 'Record a note'],
    [1, 'Recording. Press again to send it.', 'Stop and send'],
    [2, 'Sending…', 'Cancel'],
    [3, 'Sending…', 'Cancel'],
    [4, 'The agent answers…', 'Cancel'],
    [6, 'The agent is speaking.', 'Cancel'],
  ])('after %i steps says "%s", and its button "%s"', (count, status, button) => {
    const state = after(...ANSWERED.slice(0, count));
    expect([describeNote(state), describeNoteButton(state)]).toEqual([status, button]);
  });

  test('gathers what was heard and what is said, and ends idle with both', () => {
    const end = event({ type: 'noteCompleted', isConversationOver: false, needsFinish: false });
    const state = after(...ANSWERED, end);
    expect(state).toMatchObject({ phase: 'idle', heard: 'where is it', reply: 'On its way.', outcome: 'answered' });
    expect(describeNote(state)).toBe('Answered.');
  });

  test('keeps what was said when it fails, and drops it with the next note', () => {
    const failed = after(...ANSWERED, { type: 'failed', problem: PROBLEM });
    expect(failed).toMatchObject({ phase: 'idle', reply: 'On its way.', problem: PROBLEM, isAgentSpeaking: false });
    expect(describeNote(failed)).toBe('Not answered.');
    expect(reduceNote(failed, { type: 'sent' })).toMatchObject({ phase: 'sending', reply: '', problem: null });
    expect(reduceNote(failed, { type: 'recordingBegun' })).toMatchObject({ phase: 'recording', problem: null });
  });

  test('says that it is sent again, and that it was cancelled', () => {
    const planned = after({ type: 'sent' }, event({ type: 'resendPlanned', code: 'server-shutdown', delayMs: 500 }));
    expect(describeNote(planned)).toMatch(/Sending again/);
    expect(describeNote(reduceNote(planned, { type: 'cancelled' }))).toBe('Cancelled.');
  });

  test('is told in the log without its hundreds of pieces of audio', () => {
    const format = { encoding: 'pcm-s16le', sampleRate: 16_000 } as const;
    expect(describeNoteEvent({ type: 'agentAudio', bytes: new Uint8Array(2), format })).toBeNull();
    expect(describeNoteEvent({ type: 'uploadStarted', uploadBytes: 32_044 })).toBe('the note leaves: 32.0 kB');
    expect(describeNoteEvent({ type: 'resendPlanned', code: 'rate-limited', delayMs: 4_000 })).toBe(
      'refused (rate-limited): sent again in 4000 ms',
    );
  });
});
