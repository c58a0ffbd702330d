import { AMIGO_NOTES_FAULTS, type AmigoNotesFaultName } from '@voicewire/sandbox/memory';
import { assertAtLeast, assertAtMost, assertSameSamples, encodeWav, findBestCorrelation } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { VoiceNoteEvent } from '../../src/index.ts';
import { resample } from '../speechFixture.ts';
import { createNoteRig, makeSpeech, REPLY_PCM, REPLY_TEXT, type NoteRig, type SentNote } from './noteRig.ts';

const SPEECH = makeSpeech(400, 3);
const NOTE = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: SPEECH });
const REPLY_MS = REPLY_PCM.length / 16;
const FILLER_MS = 400;

/** From the first sample that is not zero to the last. */
function trim(samples: ArrayLike<number>): number[] {
  const all = Array.from(samples);
  const from = all.findIndex((value) => value !== 0);
  return from < 0 ? [] : all.slice(from, all.findLastIndex((value) => value !== 0) + 1);
}

const toFloat = (pcm: Int16Array): Float32Array => Float32Array.from(pcm, (value) => value / 32_768);

/** The reply was played sample by sample, and nothing else was. */
function expectHeard(rig: NoteRig): void {
  assertSameSamples(
    'what was heard',
    Float32Array.from(trim(rig.played())),
    Float32Array.from(trim(toFloat(REPLY_PCM))),
  );
}

const typesOf = (note: SentNote): string[] => note.events.map(({ event }) => event.type);
const bytesOf = (note: SentNote): Buffer => Buffer.concat(note.of('agentAudio').map(({ bytes }) => bytes));
const REPLY_BYTES = Buffer.from(REPLY_PCM.buffer);

const graveViolations = ({ sandbox }: NoteRig) =>
  sandbox.ledger.violations.filter(({ severity }) => severity !== 'note');

/** The first uploads meet the fault. */
async function sendUnder(
  fault: AmigoNotesFaultName | '',
  settings = '',
  faultyCount = 1,
): Promise<{ rig: NoteRig; note: SentNote }> {
  const rig = await createNoteRig();
  rig.parametersOf = (upload) => (upload < faultyCount && fault !== '' ? `&fault=${fault}${settings}` : '');
  const note = await rig.send({ audio: NOTE }).finish();
  return { rig, note };
}

/** A whole reply, whatever the fault: told, heard, and no second upload. */
async function expectSuccess(fault: AmigoNotesFaultName | ''): Promise<{ rig: NoteRig; note: SentNote }> {
  const { rig, note } = await sendUnder(fault);
  expect(note.outcome).toBeNull();
  expect(rig.uploads.length).toBe(1);
  expect(note.of('turnCompleted')).toMatchObject([{ fullText: REPLY_TEXT }]);
  expect(note.events.at(-1)?.event).toEqual({ type: 'noteCompleted', isConversationOver: false, needsFinish: false });
  return { rig, note };
}

async function expectWhole(fault: AmigoNotesFaultName | ''): Promise<{ rig: NoteRig; note: SentNote }> {
  const { rig, note } = await expectSuccess(fault);
  expect(bytesOf(note).equals(REPLY_BYTES)).toBe(true);
  expectHeard(rig);
  return { rig, note };
}

/** The note was not taken, or nobody knows: a typed error, one upload. */
async function expectFailure(
  fault: AmigoNotesFaultName,
  expected: { readonly code: string; readonly retry: string; readonly uploads?: number },
): Promise<{ rig: NoteRig; note: SentNote }> {
  // Answers are counted; every other fault lasts as long as it is asked for.
  const settings = fault.startsWith('answer-') ? '&count=9' : '';
  const { rig, note } = await sendUnder(fault, settings, Number.POSITIVE_INFINITY);
  expect(note.error()).toMatchObject({ code: expected.code, details: { retry: expected.retry } });
  expect(rig.uploads.length).toBe(expected.uploads ?? 1);
  return { rig, note };
}

/** The first upload was refused, a second one was announced and went through. */
async function expectResent(fault: AmigoNotesFaultName, code: string): Promise<void> {
  const { rig, note } = await sendUnder(fault);
  expect(note.outcome).toBeNull();
  expect(note.of('resendPlanned')).toMatchObject([{ code }]);
  expect(rig.uploads.length).toBe(2);
  expect(rig.issuedCount).toBe(2);
  const delayMs = note.of('resendPlanned')[0]?.delayMs ?? Number.NaN;
  assertAtLeast('wait', (rig.uploads[1]?.atMs ?? 0) - (rig.uploads[0]?.atMs ?? 0), delayMs, 'ms');
  expectHeard(rig);
}

/** With a token of this fault first, and a good one next. */
async function sendWithTokenOf(fault: AmigoNotesFaultName): Promise<{ rig: NoteRig; note: SentNote }> {
  let issuedCount = 0;
  const rig: NoteRig = await createNoteRig({
    vendor: {
      credentials: () => rig.network.issueAmigoCredentials(issuedCount++ === 0 ? `?fault=${fault}` : ''),
    },
  });
  return { rig, note: await rig.send({ audio: NOTE }).finish() };
}

/** What a client makes of each fault. */
const EXPECTED: Readonly<Record<AmigoNotesFaultName, () => Promise<unknown>>> = {
  'sign-in-error': async () =>
    expect((await sendWithTokenOf('sign-in-error')).note.error().code).toBe('credentials-failed'),
  'sign-in-malformed': async () =>
    expect((await sendWithTokenOf('sign-in-malformed')).note.error().code).toBe('credentials-failed'),
  // Still good when it is used.
  'token-short-lived': async () => expect((await sendWithTokenOf('token-short-lived')).note.outcome).toBeNull(),
  'token-expired': async () => {
    const { rig, note } = await sendWithTokenOf('token-expired');
    expect(note.outcome).toBeNull();
    expect(note.of('resendPlanned')).toEqual([{ type: 'resendPlanned', code: 'auth-failed', delayMs: 0 }]);
    expectHeard(rig);
  },
  'token-not-yet-valid': async () => expect((await sendWithTokenOf('token-not-yet-valid')).note.outcome).toBeNull(),
  'token-no-permission': async () =>
    expect((await sendWithTokenOf('token-no-permission')).note.error()).toMatchObject({ code: 'forbidden' }),
  'token-no-insights': async () => expect((await sendWithTokenOf('token-no-insights')).note.outcome).toBeNull(),
  'token-wrong-region': async () =>
    expect((await sendWithTokenOf('token-wrong-region')).note.error()).toMatchObject({
      code: 'conversation-not-found',
    }),

  'answer-400': () => expectFailure('answer-400', { code: 'message-rejected', retry: 'never' }),
  'answer-403': () => expectFailure('answer-403', { code: 'forbidden', retry: 'never' }),
  'answer-408': async () => {
    await expectResent('answer-408', 'idle-timeout');
    await expectFailure('answer-408', { code: 'idle-timeout', retry: 'backoff', uploads: 2 });
  },
  'answer-409': () => expectFailure('answer-409', { code: 'conversation-busy', retry: 'never' }),
  'answer-415': () => expectFailure('answer-415', { code: 'audio-rejected', retry: 'never' }),
  'answer-429': () => expectResent('answer-429', 'rate-limited'),
  'answer-500': () => expectFailure('answer-500', { code: 'closed-by-server', retry: 'ask' }),
  'answer-502': () => expectFailure('answer-502', { code: 'closed-by-server', retry: 'ask' }),
  'answer-503': () => expectResent('answer-503', 'server-shutdown'),

  split: () => expectWhole('split'),
  gzip: () => expectWhole('gzip'),
  coalesced: () => expectWhole('coalesced'),
  crlf: () => expectWhole('crlf'),
  'blank-lines': () => expectWhole('blank-lines'),
  'no-final-newline': () => expectWhole('no-final-newline'),
  'long-line': () => expectWhole('long-line'),

  'error-first': async () => {
    const { note } = await expectFailure('error-first', { code: 'closed-by-server', retry: 'backoff' });
    expect(note.of('vendorError')).toEqual([{ type: 'vendorError', vendorCode: '500', vendorMessage: 'boom' }]);
  },
  'error-between': async () => {
    const { rig, note } = await expectFailure('error-between', { code: 'closed-by-server', retry: 'backoff' });
    await expectPartHeard(rig, note);
  },
  'error-after-complete': async () => {
    const { rig, note } = await sendUnder('error-after-complete');
    expect(note.outcome).toBeNull();
    expect(note.of('noteCompleted')).toEqual([{ type: 'noteCompleted', isConversationOver: true, needsFinish: true }]);
    expectHeard(rig);
  },
  'no-complete': async () => {
    const { rig, note } = await expectFailure('no-complete', { code: 'closed-by-server', retry: 'ask' });
    expect(bytesOf(note).equals(REPLY_BYTES)).toBe(true);
    expectHeard(rig);
  },
  'never-closes': async () => {
    const { rig, note } = await expectWhole('never-closes');
    const completed = note.events.find(({ event }) => event.type === 'turnCompleted');
    assertAtMost('wait for the close', note.endedMs - (completed?.atMs ?? Number.NaN), 5_100, 'ms');
    expect(rig.clock.pendingTimers).toBe(0);
  },
  'reset-mid-line': async () => {
    const { rig, note } = await expectFailure('reset-mid-line', { code: 'connection-lost', retry: 'ask' });
    expect(bytesOf(note).length).toBeGreaterThan(0);
    await expectPartHeard(rig, note);
  },

  'late-start': () => expectWhole('late-start'),
  stalled: async () => {
    const { note } = await expectSuccess('stalled');
    expect(bytesOf(note).equals(REPLY_BYTES)).toBe(true);
  },
  silent: async () => {
    const { rig, note } = await expectFailure('silent', { code: 'reply-timeout', retry: 'ask' });
    expect(note.of('transcript').length).toBe(1);
    assertAtMost('patience', note.endedMs - (rig.uploads[0]?.atMs ?? 0), 62_000, 'ms');
    expect(rig.clock.pendingTimers).toBeLessThan(20);
  },
  'no-user-message': async () => expect((await expectWhole('no-user-message')).note.of('transcript')).toEqual([]),
  'empty-transcript': async () =>
    expect((await expectWhole('empty-transcript')).note.of('transcript')).toMatchObject([{ text: '', isFinal: true }]),
  'end-session': () => expectWhole('end-session'),
  'unknown-event': async () =>
    expect((await expectWhole('unknown-event')).note.of('unknownMessage').length).toBeGreaterThan(0),
  'agent-actions': async () => {
    const rig = await createNoteRig({ vendor: { actionFilter: '^.*$' } });
    rig.parametersOf = () => '&fault=agent-actions';
    const note = await rig.send({ audio: NOTE }).finish();
    expect([note.outcome, note.of('agentAction').length]).toEqual([null, 25]);
  },
  'agent-actions-malformed': async () => {
    const rig = await createNoteRig({ vendor: { actionFilter: '^.*$' } });
    rig.parametersOf = () => '&fault=agent-actions-malformed';
    const note = await rig.send({ audio: NOTE }).finish();
    expect(note.outcome).toBeNull();
    expectHeard(rig);
  },
  'filler-wav': () => expectFiller('filler-wav'),
  'filler-wav-list': () => expectFiller('filler-wav-list'),
  'filler-text': async () => {
    const { note } = await expectWhole('filler-text');
    expect(note.of('filler')).toMatchObject([{ content: { kind: 'text', text: 'Let me look that up. 😀' } }]);
  },
  'filler-late': async () => expect((await expectWhole('filler-late')).note.of('filler')).toEqual([]),
  'audio-raw': () => expectWhole('audio-raw'),
  'audio-wav': () => expectWhole('audio-wav'),
  'audio-mp3': async () => {
    const { rig, note } = await expectSuccess('audio-mp3');
    expect(note.of('agentAudio')[0]?.format).toEqual({ encoding: 'mp3' });
    expect(note.of('playbackFailed')).toEqual([]);
    await expectSounds(rig, 22_050);
  },
  'odd-pieces': () => expectWhole('odd-pieces'),
  'no-alignment': () => expectWhole('no-alignment'),
  'conversation-completed': async () => {
    const { rig, note } = await sendUnder('conversation-completed');
    expect(note.of('noteCompleted')).toMatchObject([{ isConversationOver: true }]);
    const next = await rig.send({ audio: NOTE }).finish();
    expect(next.error()).toMatchObject({ code: 'note-refused', details: { issues: [{ received: 'over' }] } });
    expect(rig.uploads.length).toBe(1);
  },
};

/** A beginning of the reply was told and heard, sample by sample, before the loop threw. */
async function expectPartHeard(rig: NoteRig, note: SentNote): Promise<void> {
  const told = bytesOf(note);
  expect(told.equals(REPLY_BYTES.subarray(0, told.length))).toBe(true);
  const part = toFloat(REPLY_PCM.subarray(0, told.length / 2));
  assertSameSamples('what was heard', Float32Array.from(trim(rig.played())), Float32Array.from(trim(part)));
}

/** The filler is heard in the wait, and the whole reply after it. */
async function expectFiller(fault: AmigoNotesFaultName): Promise<void> {
  const { rig, note } = await expectSuccess(fault);
  const [filler] = note.of('filler');
  if (filler?.content.kind !== 'audio') throw new Error('There was no filler with sound.');
  const sound = Int16Array.from({ length: filler.content.bytes.length / 2 }, (_, i) =>
    Buffer.from((filler.content as { bytes: Uint8Array }).bytes).readInt16LE(i * 2),
  );
  const played = rig.played();
  const heardFiller = findBestCorrelation(toFloat(sound), played);
  const heardReply = findBestCorrelation(toFloat(REPLY_PCM), played);
  expect(sound.length).toBe(FILLER_MS * 16);
  assertAtLeast('correlation of the filler', heardFiller.correlation, 0.999, '');
  assertAtLeast('correlation of the reply', heardReply.correlation, 0.999, '');
  assertAtLeast('reply after filler', heardReply.lagSamples - heardFiller.lagSamples, sound.length, 'samples');
}

/** The reply is heard at this rate: the same sound, though not the same samples. */
async function expectSounds(rig: NoteRig, sampleRate: number): Promise<void> {
  expect(rig.playedRate).toBe(sampleRate);
  const wanted = await resample(REPLY_PCM, 16_000, sampleRate);
  assertAtLeast('correlation', findBestCorrelation(wanted, rig.played()).correlation, 0.95, '');
}

describe('a voice note', () => {
  test('is heard by the agent sample by sample, and the reply by the user, who is told of it as it comes', async () => {
    const { rig, note } = await expectWhole('');
    const [exchange] = rig.sandbox.ledger.connections.slice(-1);
    expect(exchange?.receivedPcm()).toEqual(SPEECH);
    expect([...new Set(typesOf(note))]).toEqual([
      'uploadStarted',
      'transcript',
      'agentText',
      'agentAudio',
      'agentSpeechStarted',
      'agentAudioEnded',
      'turnCompleted',
      'agentSpeechEnded',
      'noteCompleted',
    ]);
    expect(note.of('uploadStarted')[0]?.uploadBytes).toBe(rig.uploads[0]?.upload.body.length);
    expect(
      note
        .of('agentText')
        .map(({ text }) => text)
        .join(''),
    ).toBe(REPLY_TEXT);
    expect(graveViolations(rig)).toEqual([]);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  test('begins to be heard while the reply is still coming, and its loop ends when it was heard to its end', async () => {
    const { note } = await sendUnder('');
    const at = (type: VoiceNoteEvent['type']): number =>
      note.events.find(({ event }) => event.type === type)?.atMs ?? Number.NaN;
    expect(at('agentSpeechStarted')).toBeLessThan(at('turnCompleted'));
    assertAtLeast('heard', note.endedMs - at('agentSpeechStarted'), REPLY_MS - 20, 'ms');
    assertAtMost('heard', note.endedMs - at('agentSpeechStarted'), REPLY_MS + 800, 'ms');
  });
});

describe('under each fault of the server', () => {
  test('none is left out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(Object.keys(AMIGO_NOTES_FAULTS).sort());
  });

  test.each(Object.entries(EXPECTED))('%s', async (_name, run) => {
    expect.hasAssertions();
    await run();
  });
});
