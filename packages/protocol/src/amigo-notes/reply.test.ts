// This file walks through the table of a reply row by row.
import { encodeWav } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { VoiceNoteEvent } from '../neutral/voiceNote.ts';
import { encodeBase64 } from '../wire/base64Encode.ts';
import type { NewMessageEvent, ServerMessage } from './messages.ts';
import { Reply } from './reply.ts';

const RAW = { encoding: 'pcm-s16le', sampleRate: 16_000 } as const;
const SOUND = Uint8Array.of(1, 2, 3, 4, 5, 6);

const piece = (fields: Partial<NewMessageEvent>): NewMessageEvent => ({
  type: 'new-message',
  message: encodeBase64(SOUND),
  transcript_alignment: null,
  stop: false,
  sequence_number: 0,
  message_id: 'm8',
  ...fields,
});

const COMPLETE: ServerMessage = {
  type: 'interaction-complete',
  message_id: 'm8',
  interaction_id: 'i9',
  full_message: 'Let me look.',
  conversation_completed: false,
};
const ERROR: ServerMessage = { type: 'error', http_error_code: 503, error_description: 'maintenance' };
const action = (fields: { type: string; [field: string]: unknown }): ServerMessage => ({
  type: 'current-agent-action',
  action: fields,
});

function start(responseFormat: 'text' | 'voice' = 'voice') {
  const reply = new Reply({ responseFormat, rawFormat: RAW, platform: {} });
  const say = (...messages: readonly ServerMessage[]): VoiceNoteEvent[] =>
    messages.flatMap((message) => reply.take({ ok: true, message }));
  return { reply, say };
}

const audioOf = (bytes: Uint8Array): VoiceNoteEvent => ({ type: 'agentAudio', bytes, format: RAW, generation: 'm8' });
const ENDED: VoiceNoteEvent = { type: 'agentAudioEnded', generation: 'm8' };
const TURN: VoiceNoteEvent = { type: 'turnCompleted', generation: 'm8', fullText: 'Let me look.' };

describe('Reply, replying', () => {
  test('conversation-created is sessionAccepted', () => {
    const { reply, say } = start();
    const events = say({ type: 'conversation-created', conversation_id: 'c1' });
    expect(events).toEqual([{ type: 'sessionAccepted', conversationId: 'c1' }]);
    expect(reply.phase).toBe('replying');
  });

  test('user-message-available is a final transcript, also an empty one', () => {
    const { say } = start();
    const said = (user_message: string) => say({ type: 'user-message-available', message_id: 'm7', user_message });
    expect(said('hello')).toEqual([{ type: 'transcript', text: 'hello', isFinal: true }]);
    expect(said('')).toEqual([{ type: 'transcript', text: '', isFinal: true }]);
  });

  test('an agent action is passed on, and its filler beside it: sound, or words', () => {
    const { say } = start();
    const wav = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: Int16Array.of(5, 6) });
    const withSound = { type: 'action-too-long', filler: encodeBase64(wav) };
    expect(say(action(withSound))).toEqual([
      { type: 'agentAction', actionType: 'action-too-long', action: withSound },
      { type: 'filler', content: { kind: 'audio', bytes: Uint8Array.of(5, 0, 6, 0), format: RAW } },
    ]);
    const withWords = { type: 'action-too-long', filler: 'One moment.' };
    expect(say(action(withWords))[1]).toEqual({ type: 'filler', content: { kind: 'text', text: 'One moment.' } });
  });

  test.each([
    ['of another type', { type: 'tool-call-started', filler: 'no' }],
    ['without one', { type: 'action-too-long' }],
    ['with a number', { type: 'action-too-long', filler: 5 }],
    ['with nothing in it', { type: 'action-too-long', filler: '' }],
  ])('an action %s brings no filler', (_name, fields) => {
    expect(
      start()
        .say(action(fields))
        .map(({ type }) => type),
    ).toEqual(['agentAction']);
  });

  test('a filler that comes after the first words bridges no wait', () => {
    const { say } = start();
    say(piece({}));
    expect(say(action({ type: 'action-too-long', filler: 'Wait.' })).map(({ type }) => type)).toEqual(['agentAction']);
  });

  test('pieces are text with its times and audio, and stop ends the audio', () => {
    const { say } = start();
    const transcript_alignment: [number, string][] = [
      [0, 'H'],
      [70, 'i'],
    ];
    expect(say(piece({ transcript_alignment }), piece({ sequence_number: 1, message: '', stop: true }))).toEqual([
      {
        type: 'agentText',
        text: 'Hi',
        generation: 'm8',
        alignment: [
          { atMs: 0, text: 'H' },
          { atMs: 70, text: 'i' },
        ],
      },
      audioOf(SOUND),
      ENDED,
    ]);
  });

  test('pieces of a written reply are text alone', () => {
    const { say } = start('text');
    const events = say(
      piece({ message: 'Sure, ' }),
      piece({ message: 'now.', sequence_number: 1 }),
      piece({ message: null, sequence_number: 2, stop: true }),
    );
    expect(events).toEqual([
      { type: 'agentText', text: 'Sure, ', generation: 'm8' },
      { type: 'agentText', text: 'now.', generation: 'm8' },
    ]);
  });

  test('half a sample waits for its other half in the next piece', () => {
    const { say } = start();
    const first = say(piece({ message: encodeBase64(SOUND.subarray(0, 5)) }));
    const second = say(piece({ message: encodeBase64(SOUND.subarray(5)), sequence_number: 1 }));
    expect([first, second]).toEqual([[audioOf(SOUND.subarray(0, 4))], [audioOf(SOUND.subarray(4))]]);
  });

  test.each([0, 1, 7])(
    'numbers may start at %i; a repeated piece is dropped, a gap is played over, both are reported',
    (base) => {
      const { say } = start();
      const faults = say(
        piece({ sequence_number: base }),
        piece({ sequence_number: base }),
        piece({ sequence_number: base + 3 }),
        piece({ sequence_number: base + 4 }),
      );
      const issue = (expected: number, received: number): VoiceNoteEvent => ({
        type: 'malformedMessage',
        issues: [{ path: ['sequence_number'], expected: String(expected), received: String(received) }],
      });
      const sound = audioOf(SOUND);
      expect(faults).toEqual([sound, issue(base + 1, base), issue(base + 1, base + 3), sound, sound]);
    },
  );

  test('a piece after stop is dropped and reported', () => {
    const { say } = start();
    say(piece({ stop: true }));
    expect(say(piece({ sequence_number: 1 })).map(({ type }) => type)).toEqual(['malformedMessage']);
  });

  test('a second message begins where the first ends, with a decoder of its own', () => {
    const { say } = start();
    say(piece({ message: encodeBase64(SOUND.subarray(0, 5)) }));
    expect(say(piece({ message_id: 'm9' }))).toEqual([ENDED, { ...audioOf(SOUND), generation: 'm9' }]);
  });
});

describe('Reply, at its end', () => {
  test('interaction-complete completes the turn, and ends audio that no stop has ended', () => {
    const { reply, say } = start();
    expect(say(piece({}), COMPLETE)).toEqual([audioOf(SOUND), ENDED, TURN]);
    expect([reply.phase, reply.isConversationOver]).toEqual(['complete', false]);
  });

  test('conversation_completed is the end of the conversation', () => {
    const { reply, say } = start();
    expect(say({ ...COMPLETE, conversation_completed: true })).toEqual([{ ...TURN, isConversationOver: true }]);
    expect(reply.isConversationOver).toBe(true);
  });

  test('audio too short to be recognized comes with the end', () => {
    const { reply, say } = start();
    expect(say(piece({ message: '/w==' }), piece({ message: '/w==', sequence_number: 1 }))).toEqual([]);
    expect(reply.end()).toEqual([audioOf(Uint8Array.of(255, 255)), ENDED]);
    expect(reply.end()).toEqual([]);
  });

  test('an error before it voids the interaction, and silences what follows', () => {
    const { reply, say } = start();
    const failed: VoiceNoteEvent = { type: 'vendorError', vendorCode: '503', vendorMessage: 'maintenance' };
    expect(say(piece({}), ERROR, piece({ sequence_number: 1 }), COMPLETE)).toEqual([audioOf(SOUND), ENDED, failed]);
    expect(reply.phase).toBe('failed');
  });

  test('an error after it leaves the reply standing', () => {
    const { reply, say } = start();
    expect(say(COMPLETE, ERROR).map(({ type }) => type)).toEqual(['turnCompleted', 'vendorError']);
    expect(reply.phase).toBe('unwound');
  });

  test('nothing else may follow it', () => {
    const { reply, say } = start();
    say(COMPLETE);
    expect(say(piece({}), COMPLETE).map(({ type }) => type)).toEqual(['malformedMessage', 'malformedMessage']);
    expect(reply.phase).toBe('complete');
  });

  test('end-session means nothing, and what is unknown or unreadable is reported in every phase but after an error', () => {
    const { reply, say } = start();
    const strange: ServerMessage = { type: 'unknown', messageType: 'mood', raw: { type: 'mood' } };
    const unreadable = () => reply.take({ ok: false, issues: [{ path: [], expected: 'JSON', received: 'x' }] });
    for (const before of [[], [COMPLETE]]) {
      say(...before);
      expect(say({ type: 'end-session' })).toEqual([]);
      expect(say(strange)).toEqual([{ type: 'unknownMessage', messageType: 'mood' }]);
      expect(unreadable().map(({ type }) => type)).toEqual(['malformedMessage']);
    }
    say(ERROR);
    expect([...say(strange), ...unreadable()]).toEqual([]);
  });
});
