// What the ledger's frames say of a session's states, for every protocol with a socket.
import { describe, expect, test } from 'vitest';
import type { ConnectionRecord } from '../src/core.ts';
import { PCM_CONFIG, createAmigoRig } from './support/amigoRig.ts';
import { makeUserSpeech } from './support/rig.ts';
import { createSocaRig } from './support/socaRig.ts';

/** Of an Amigo conversation that the client ends. */
const ENDING = [
  'in client.finish-conversation ready>finishing',
  'out server.conversation-completed finishing>completed',
  'in client.close-connection completed>leaving',
];

/** Frames that changed the state, e.g. `in start opening>starting`. */
function transitionsOf(record: ConnectionRecord): string[] {
  return record.frames
    .filter(({ stateBefore, stateAfter }) => stateBefore !== stateAfter)
    .map((frame) => `${frame.direction} ${frame.type} ${frame.stateBefore}>${frame.stateAfter}`);
}

/** Neighbours that do not fit: a frame begins where the one before it ended. */
function breaksOf({ frames }: ConnectionRecord): unknown[] {
  return frames.flatMap((frame, i) => {
    const previous = frames[i - 1];
    return previous === undefined || previous.stateAfter === frame.stateBefore ? [] : [[previous, frame]];
  });
}

describe('states in the ledger', () => {
  test('Soca: stt.ready tells of listening; a message comes before the error that it gets', () => {
    const rig = createSocaRig();
    const client = rig.open();
    client.start();
    rig.clock.advanceMs(200);
    client.sendJson({ type: 'foo' });
    rig.clock.advanceMs(10);
    expect(transitionsOf(rig.record)).toEqual(['in start opening>starting', 'out stt.ready starting>listening']);
    expect(rig.record.frames.slice(-2).map(({ direction, type }) => `${direction} ${type}`)).toEqual([
      'in unknown',
      'out error',
    ]);
    expect(breaksOf(rig.record)).toEqual([]);
  });

  test('Amigo, the client detects turns: created, the answer and completed', () => {
    const rig = createAmigoRig({ agent: 'conversation', amigo: { greetingDelayMs: 'never' } });
    const client = rig.converse();
    client.speak(makeUserSpeech(1200), PCM_CONFIG).endUtterance();
    rig.clock.advanceMs(20_000);
    client.finish().leave();
    expect(transitionsOf(rig.record)).toEqual([
      'in client.start-conversation open>initialising',
      'out server.conversation-created initialising>ready',
      'in client.new-audio-message ready>user_audio',
      'in client.new-audio-message user_audio>agent_turn',
      'out server.interaction-complete agent_turn>ready',
      ...ENDING,
    ]);
    expect(breaksOf(rig.record)).toEqual([]);
  });

  test('Amigo, the server detects turns: both switches are told of by their acknowledgement', () => {
    const rig = createAmigoRig({ agent: 'conversation', amigo: { greetingDelayMs: 'never' } });
    const client = rig.converse().switchVad(true).keepSilent(300, PCM_CONFIG).switchVad(false, 0).keepSilent(300);
    client.finish().leave();
    expect(transitionsOf(rig.record)).toEqual([
      'in client.start-conversation open>initialising',
      'out server.conversation-created initialising>ready',
      'in client.switch-vad-mode ready>vad_enabling',
      'out server.vad-mode-switched vad_enabling>vad',
      'in client.switch-vad-mode vad>vad_disabling',
      'out server.vad-mode-switched vad_disabling>ready',
      ...ENDING,
    ]);
    expect(breaksOf(rig.record)).toEqual([]);
  });

  test('Amigo, the agent ends the conversation: its last interaction-complete tells of it', () => {
    const rig = createAmigoRig({ agent: 'conversation', amigo: { greetingDelayMs: 'never', faults: ['agent-ends'] } });
    const client = rig.converse();
    client.speak(makeUserSpeech(1200), PCM_CONFIG).endUtterance();
    rig.clock.advanceMs(20_000);
    expect(transitionsOf(rig.record).at(-1)).toBe('out server.interaction-complete agent_turn>completed');
    expect([breaksOf(rig.record), rig.record.state]).toEqual([[], 'completed']);
  });
});
