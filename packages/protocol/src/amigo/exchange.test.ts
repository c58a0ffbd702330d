// This file leads whole conversations with Amigo, both halves of the codec in between (values invented).
import { describe, expect, test } from 'vitest';
import {
  AUDIO,
  AmigoTalk,
  COMPLETED,
  CREATED,
  RETRIEVED,
  SWITCHED_OFF,
  SWITCHED_ON,
  completeOf,
  pieceOf,
} from '../../test/amigoTalk.ts';
import { CONVERSATION_ID, SERVICE_ID } from '../../test/amigoSubject.ts';
import { readFiller } from '../amigo-shared/agentActions.ts';

describe('a conversation where the server detects turns', () => {
  test('goes start, greeting, detection on, audio, barge-in, reply, detection off, finish, close', () => {
    const talk = new AmigoTalk().open().hear(
      CREATED,
      pieceOf({
        transcript_alignment: [
          [0, 'H'],
          [70, 'i'],
        ],
      }),
      pieceOf({ sequence_number: 1, message: '', stop: true }),
      completeOf(),
      SWITCHED_ON,
    );
    talk
      .speak(3)
      .hear(
        { type: 'server.vad-speech-started', start: 1.08 },
        { type: 'server.vad-speech-ended', transcript: 'where is my order', start: 1.08, end: 2.61 },
        pieceOf({ interaction_id: 'i2', message_id: 'm2', stop: true }),
        completeOf({ interaction_id: 'i2', message_id: 'm2', full_message: 'On its way.' }),
      );
    talk.say('finish').speak().hear(SWITCHED_ON, SWITCHED_OFF, COMPLETED);
    expect(talk.sent[0]).toEqual({
      type: 'client.start-conversation',
      service_id: SERVICE_ID,
      service_version_set_name: 'release',
    });
    expect(talk.sentTypes).toEqual([
      'start-conversation',
      'switch-vad-mode on',
      'audio config',
      'audio',
      'audio',
      'switch-vad-mode off',
      'audio',
      'finish-conversation',
      'close-connection',
    ]);
    expect(talk.events).toEqual([
      { type: 'sessionAccepted', conversationId: CONVERSATION_ID, isResumed: false },
      {
        type: 'agentText',
        text: 'Hi',
        generation: 'i1',
        alignment: [
          { atMs: 0, text: 'H' },
          { atMs: 70, text: 'i' },
        ],
      },
      {
        type: 'agentAudio',
        bytes: Uint8Array.of(1, 0, 2, 0),
        format: { encoding: 'pcm-s16le', sampleRate: 16_000 },
        generation: 'i1',
        streamId: 'm1',
      },
      { type: 'agentAudioEnded', generation: 'i1', streamId: 'm1' },
      { type: 'turnCompleted', generation: 'i1', fullText: 'Hi', isConversationOver: false },
      { type: 'turnDetectorChanged', detector: 'server' },
      { type: 'agentReady' },
      { type: 'uplinkOpened' },
      { type: 'userSpeechStarted', startMs: 1080 },
      { type: 'interrupted', generation: 'i1', isTentative: true },
      { type: 'userSpeechEnded', startMs: 1080, endMs: 2610 },
      { type: 'transcript', text: 'where is my order', isFinal: true },
      expect.objectContaining({ type: 'agentAudio', generation: 'i2', streamId: 'm2' }),
      { type: 'agentAudioEnded', generation: 'i2', streamId: 'm2' },
      { type: 'turnCompleted', generation: 'i2', fullText: 'On its way.', isConversationOver: false },
      { type: 'turnDetectorChanged', detector: 'client' },
      { type: 'uplinkClosed' },
      { type: 'sessionEnded', cause: 'client-ended', vendorReason: 'conversation-completed' },
    ]);
    expect(talk.close(1000)).toEqual({ code: 'ended', retry: 'none', vendorCode: 'conversation-completed' });
    expect(talk.session.resumePoint(), 'a finished conversation').toBeUndefined();
  });

  test('ends when the agent says so: no finish, one farewell, and a second completion changes nothing', () => {
    const talk = AmigoTalk.inVad()
      .speak()
      .hear(pieceOf({ stop: true }), completeOf({ conversation_completed: true }));
    talk.hear(COMPLETED, pieceOf());
    expect(talk.sentTypes).toEqual(['audio config', 'close-connection']);
    expect(talk.eventTypes).toEqual(['agentAudio', 'agentAudioEnded', 'turnCompleted', 'sessionEnded']);
    expect(talk.events.at(-1)).toMatchObject({ cause: 'agent-ended' });
  });

  test('goes on after it was lost: continues, detects turns again, and describes its audio again', () => {
    const lost = AmigoTalk.inVad().speak();
    const resume = lost.session.resumePoint();
    expect(resume).toEqual({ conversationId: CONVERSATION_ID, turnDetector: 'server' });
    expect(lost.close(1006)).toMatchObject({ code: 'connection-lost', retry: 'backoff' });
    const talk = new AmigoTalk({}, resume).open().hear(RETRIEVED, SWITCHED_ON).speak(2);
    expect(talk.sent[0]).toEqual({ type: 'client.continue-conversation', conversation_id: CONVERSATION_ID });
    expect(talk.sentTypes.slice(1)).toEqual(['switch-vad-mode on', 'audio config', 'audio']);
    expect(talk.events[0]).toEqual({ type: 'sessionAccepted', conversationId: CONVERSATION_ID, isResumed: true });
  });

  test('that is held by our own lost connection is tried for 35 s; one held by a stranger is not', () => {
    const resumed = new AmigoTalk({}, { conversationId: CONVERSATION_ID, turnDetector: 'server' }).open();
    expect(resumed.close(4009)).toMatchObject({ code: 'conversation-busy', retry: 'backoff', maxRetryMs: 35_000 });
    const stranger = new AmigoTalk({ conversationId: CONVERSATION_ID }).open();
    expect(stranger.sentTypes).toEqual(['continue-conversation']);
    expect(stranger.close(4009)).toMatchObject({ code: 'conversation-busy', retry: 'never' });
  });

  test('sends texts at once, and an event that wants an answer with its flag', () => {
    const talk = AmigoTalk.inVad().say(
      { type: 'sendUserMessage', text: 'Hello' },
      { type: 'sendContextualUpdate', text: 'In the cart', startTurn: false },
      { type: 'sendContextualUpdate', text: 'Card declined', startTurn: true },
    );
    const type = 'client.new-text-message';
    expect(talk.sent).toEqual([
      { type, text: 'Hello', message_type: 'user-message' },
      { type, text: 'In the cart', message_type: 'external-event' },
      { type, text: 'Card declined', message_type: 'external-event', start_interaction: true },
    ]);
  });
});

describe('a conversation where the client detects turns', () => {
  test('goes audio with its description, end of turn, reply, and describes the next utterance again', () => {
    const talk = AmigoTalk.inManual()
      .speak(2)
      .say('endUserTurn')
      .hear(pieceOf({ stop: true }), completeOf())
      .speak();
    expect(talk.sentTypes).toEqual(['audio config', 'audio', 'audio end', 'audio config']);
    expect(talk.eventTypes).toEqual(['uplinkClosed', 'agentAudio', 'agentAudioEnded', 'turnCompleted', 'uplinkOpened']);
  });

  test('describes PCM as the page does, as HTTP does, or as both', () => {
    const numbers = { sample_rate: 16_000, sample_width: 2, n_channels: 1, frame_rate: 16_000 };
    const configOf = (audioConfigKey: 'format' | 'type' | 'both') =>
      AmigoTalk.inManual({ audioConfigKey }).speak().sent[0];
    const audio = Buffer.from(AUDIO).toString('base64');
    expect(configOf('format')).toEqual({
      type: 'client.new-audio-message',
      audio,
      audio_config: { format: 'pcm', ...numbers },
    });
    expect(configOf('type')).toMatchObject({ audio_config: { type: 'pcm', ...numbers } });
    expect(configOf('type')).not.toMatchObject({ audio_config: { format: 'pcm' } });
    expect(configOf('both')).toMatchObject({ audio_config: { format: 'pcm', type: 'pcm', ...numbers } });
  });

  test('describes MP3 as the page does, and takes it cut anywhere', () => {
    const talk = AmigoTalk.inManual({ uplinkFormat: 'mp3' });
    talk.say({ type: 'sendAudio', bytes: Uint8Array.of(0xff, 0xfb, 0x90) });
    talk.say({ type: 'sendAudio', bytes: Uint8Array.of(0x64) });
    expect(talk.sent).toEqual([
      {
        type: 'client.new-audio-message',
        audio: '//uQ',
        audio_config: { format: 'mp3', bit_rate: 128_000, sample_rate: 44_100, n_channels: 2 },
      },
      { type: 'client.new-audio-message', audio: 'ZA==' },
    ]);
    expect(talk.refuses({ type: 'setTurnDetector', detector: 'server' })).toBe(true);
  });

  test('takes a greeting for the agent’s turn, and lets a text wait until it is over', () => {
    const talk = AmigoTalk.inManual().hear(pieceOf()).say({ type: 'sendUserMessage', text: 'Hello' });
    talk.say({ type: 'sendUserMessage', text: 'Are you there?' });
    expect(talk.sentTypes).toEqual([]);
    talk.hear(pieceOf({ sequence_number: 1, stop: true }), completeOf());
    expect(talk.sent).toMatchObject([{ text: 'Hello' }]);
    talk.hear(completeOf({ message_id: 'm2', interaction_id: 'i2' }));
    expect(talk.sent).toMatchObject([{ text: 'Hello' }, { text: 'Are you there?' }]);
  });

  test('finishes from any place: after the utterance and its reply, and after texts that wait', () => {
    const talk = AmigoTalk.inManual().speak().say('finish', { type: 'sendUserMessage', text: 'Bye' });
    expect(talk.session.waitingCommands?.()).toEqual(['sendUserMessage', 'finish']);
    talk.hear(completeOf());
    expect(talk.sentTypes).toEqual(['audio config', 'audio end', 'new-text-message']);
    expect(talk.session.waitingCommands?.()).toEqual(['finish']);
    talk.hear(completeOf());
    expect(talk.sentTypes.slice(3)).toEqual(['finish-conversation']);
    expect(talk.session.waitingCommands?.()).toEqual([]);
    talk.hear(COMPLETED);
    expect(talk.sentTypes.slice(4)).toEqual(['close-connection']);
    expect(talk.events.at(-1)).toMatchObject({ type: 'sessionEnded', cause: 'client-ended' });
  });

  test('changes to detection by the server and back', () => {
    const talk = AmigoTalk.inManual().say({ type: 'setTurnDetector', detector: 'server' });
    expect(talk.refuses({ type: 'sendAudio', bytes: AUDIO })).toBe(true);
    talk.hear(SWITCHED_ON).speak(2).say({ type: 'setTurnDetector', detector: 'client' }).speak();
    talk.hear(SWITCHED_OFF).speak();
    expect(talk.sentTypes).toEqual([
      'switch-vad-mode on',
      'audio config',
      'audio',
      'switch-vad-mode off',
      'audio',
      'audio config',
    ]);
    expect(talk.eventTypes).toEqual(['uplinkClosed', 'turnDetectorChanged', 'uplinkOpened', 'turnDetectorChanged']);
  });
});

describe('what the agent sends', () => {
  test('as text is text, without audio', () => {
    const talk = AmigoTalk.inVad({ responseFormat: 'text' });
    talk.hear(pieceOf({ message: 'Sure, ' }), pieceOf({ message: 'here.', sequence_number: 1, stop: true }));
    expect(talk.events).toEqual([
      { type: 'agentText', text: 'Sure, ', generation: 'i1' },
      { type: 'agentText', text: 'here.', generation: 'i1' },
    ]);
  });

  test('as MP3 is said to be MP3, of unknown rate', () => {
    const talk = AmigoTalk.inManual({ audioFormat: 'mp3' }).hear(pieceOf());
    expect(talk.events[0]).toMatchObject({ type: 'agentAudio', format: { encoding: 'mp3' } });
    expect(talk.refuses({ type: 'setTurnDetector', detector: 'server' })).toBe(true);
  });

  test('has the message for its name where there is no interaction, and keeps it when the completion has one', () => {
    const talk = AmigoTalk.inVad().hear(pieceOf({ interaction_id: null }), completeOf());
    expect(talk.events.map((event) => 'generation' in event && event.generation)).toEqual(['m1', 'm1']);
  });

  test.each([0, 1, 17])('may count its pieces from %i', (first) => {
    const pieces = [0, 1, 2].map((index) => pieceOf({ sequence_number: first + index }));
    expect(AmigoTalk.inVad().hear(...pieces).eventTypes).toEqual(['agentAudio', 'agentAudio', 'agentAudio']);
  });

  test('is dropped when it repeats a piece, and reported and kept where one is missing', () => {
    const talk = AmigoTalk.inVad().hear(pieceOf(), pieceOf(), pieceOf({ sequence_number: 2 }));
    expect(talk.eventTypes).toEqual(['agentAudio', 'malformedMessage', 'malformedMessage', 'agentAudio']);
  });

  test('is kept apart when two interactions come interleaved', () => {
    const other = { interaction_id: 'i2', message_id: 'm2' };
    const talk = AmigoTalk.inVad().hear(
      pieceOf(),
      pieceOf(other),
      pieceOf({ sequence_number: 1 }),
      pieceOf({ ...other, sequence_number: 1 }),
    );
    const streams = talk.events.map((event) => event.type === 'agentAudio' && event.streamId);
    expect(streams).toEqual(['m1', 'm2', 'm1', 'm2']);
  });

  test('loses what is no base64 in it, which is reported, and no more', () => {
    const talk = AmigoTalk.inVad().hear(pieceOf({ message: 'AQ*ACAA==' }));
    expect(talk.events).toMatchObject([{ type: 'malformedMessage' }, { bytes: Uint8Array.of(1, 0, 2, 0) }]);
  });

  test('brings fillers when they are asked for, nested and not, as words and as sound', () => {
    const words = {
      type: 'server.current-agent-action',
      action: { type: 'action-too-long', filler: 'One moment.' },
    } as const;
    expect(AmigoTalk.inVad().hear(words).eventTypes).toEqual(['agentAction']);
    const wav = Buffer.from(
      '524946462a00000057415645666d74201000000001000100803e0000007d000002001000646174610600000001000200ffff',
      'hex',
    );
    const talk = AmigoTalk.inVad({ readFiller }).hear(words, {
      type: 'action-too-long',
      filler: wav.toString('base64'),
    });
    expect(talk.events).toMatchObject([
      { type: 'agentAction', actionType: 'action-too-long' },
      { type: 'filler', content: { kind: 'text', text: 'One moment.' } },
      { type: 'agentAction', actionType: 'action-too-long' },
      { type: 'filler', content: { kind: 'audio', format: { encoding: 'pcm-s16le', sampleRate: 16_000 } } },
    ]);
    const last = talk.events.at(-1);
    expect(last?.type === 'filler' && last.content.kind === 'audio' && [...last.content.bytes]).toEqual([
      1, 0, 2, 0, 255, 255,
    ]);
  });
});
