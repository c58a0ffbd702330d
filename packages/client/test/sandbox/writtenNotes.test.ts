import { AMIGO_NOTES_FAULTS } from '@voicewire/sandbox/memory';
import { assertAtMost, assertSameSamples, encodeWav } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { sendNote, type SendNoteOptions } from '../../src/index.ts';
import { sendVoiceNote } from '../../src/node/index.ts';
import { createNoteRig, makeSpeech, REPLY_PCM, REPLY_TEXT, type NoteRig, type SentNote } from './noteRig.ts';

const TEXT = 'Zażółć? 😀 "Yes"\r\nand more';
const NOTE = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: makeSpeech(400, 3) });
const REPLY = Float32Array.from(REPLY_PCM, (value) => value / 32_768);

const typesOf = (note: SentNote): string[] => [...new Set(note.events.map(({ event }) => event.type))];
const textOf = (note: SentNote): string =>
  note
    .of('agentText')
    .map(({ text }) => text)
    .join('');
const graveViolations = ({ sandbox }: NoteRig) =>
  sandbox.ledger.violations.filter(({ severity }) => severity !== 'note');

/** The reply was played sample by sample, and nothing else was. */
function expectHeard(rig: NoteRig): void {
  const audible = (samples: Float32Array): Float32Array => samples.filter((value) => value !== 0);
  assertSameSamples('what was heard', audible(rig.played()), audible(REPLY));
}

describe('a note that is written', () => {
  test('is read by the agent word by word, and answered, told and heard like a spoken one', async () => {
    const rig = await createNoteRig();
    const note = await rig.send({ text: TEXT }).finish();
    expect(note.outcome).toBeNull();
    expect(note.of('transcript')).toMatchObject([{ text: TEXT, isFinal: true }]);
    expect(textOf(note)).toBe(REPLY_TEXT);
    expect(note.of('turnCompleted')).toMatchObject([{ fullText: REPLY_TEXT }]);
    expect(note.of('uploadStarted')[0]?.uploadBytes).toBe(rig.uploads[0]?.upload.body.length);
    expectHeard(rig);
    const spoken = await rig.send({ audio: NOTE }).finish();
    expect(typesOf(note)).toEqual(typesOf(spoken));
    expect(graveViolations(rig)).toEqual([]);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  test('can be answered in writing: no sound, and no device is opened', async () => {
    const rig = await createNoteRig({ vendor: { responseFormat: 'text' } });
    const note = await rig.send({ text: TEXT }).finish();
    expect([note.outcome, textOf(note), rig.played().length]).toEqual([null, REPLY_TEXT, 0]);
    expect(graveViolations(rig)).toEqual([]);
  });

  test.each([
    ['answer-500', 'closed-by-server'],
    ['no-complete', 'closed-by-server'],
    ['reset-mid-line', 'connection-lost'],
    ['silent', 'reply-timeout'],
  ] as const)('under %s fails with %s and is not sent again, whatever the status was', async (fault, code) => {
    expect(Object.keys(AMIGO_NOTES_FAULTS)).toContain(fault);
    const rig = await createNoteRig();
    // Answers are counted; every other fault lasts as long as it is asked for.
    rig.parametersOf = () => `&fault=${fault}${fault.startsWith('answer-') ? '&count=9' : ''}`;
    const note = await rig.send({ text: TEXT }).finish();
    expect(note.error()).toMatchObject({ code, details: { retry: 'ask' } });
    expect(rig.uploads.length).toBe(1);
    expect(note.of('noteCompleted')).toEqual([]);
  });

  test('that was refused is sent again after it was announced', async () => {
    const rig = await createNoteRig();
    rig.parametersOf = (upload) => (upload === 0 ? '&fault=answer-503' : '');
    const note = await rig.send({ text: TEXT }).finish();
    expect([note.outcome, rig.uploads.length]).toEqual([null, 2]);
    expect(note.of('resendPlanned')).toMatchObject([{ code: 'server-shutdown' }]);
    expectHeard(rig);
  });

  test.each([
    ['before it begins', -1],
    ['while its answer is awaited', 5],
    ['while its reply arrives', 1_500],
    ['while the rest is heard', 8_000],
  ])('aborted %s is over within 100 ms, sound and all', async (_when, afterMs) => {
    const rig = await createNoteRig({ reply: makeSpeech(20_000, 8), delayMs: 10 });
    const abort = new AbortController();
    if (afterMs < 0) abort.abort();
    const note = rig.send({ text: TEXT, signal: abort.signal });
    await rig.clock.advance(Math.max(0, afterMs));
    const [abortedMs, playedBefore] = [rig.clock.nowMs(), rig.played().length];
    abort.abort();
    await rig.clock.advance(100);
    expect(note.error().code).toBe('note-aborted');
    assertAtMost('end of the loop', note.endedMs - abortedMs, 100, 'ms');
    await rig.clock.advance(30_000);
    // The fade is 5 ms long, and sound comes in blocks of 10 ms.
    expect(
      rig
        .played()
        .subarray(playedBefore + 320)
        .every((value) => Math.abs(value) < 1e-3),
    ).toBe(true);
    expect([rig.uploads.length, rig.clock.pendingTimers]).toEqual([afterMs < 0 ? 0 : 1, 0]);
  });

  test('of blanks is refused here; one with audio beside it, or with neither, is a wrong option at once', async () => {
    const rig = await createNoteRig();
    const blank = await rig.send({ text: ' \n' }).finish();
    expect(blank.error()).toMatchObject({ code: 'note-refused', details: { issues: [{ path: ['text'] }] } });
    for (const content of [{}, { text: TEXT, audio: NOTE }]) {
      const options = { vendor: rig.vendor, ...content } as unknown as SendNoteOptions;
      for (const send of [() => sendNote(rig.ports, options), () => sendVoiceNote(options)]) {
        expect(send).toThrow('either audio or text');
      }
    }
    expect(rig.uploads.length).toBe(0);
  });

  test('goes into the same conversation as spoken ones, one at a time', async () => {
    const rig = await createNoteRig();
    const first = rig.send({ text: TEXT });
    await rig.clock.advance(100);
    const second = await rig.send({ text: 'Hello?' }).finish();
    expect(second.error()).toMatchObject({ code: 'note-refused', details: { issues: [{ received: 'busy' }] } });
    await first.finish();
    expect((await rig.send({ audio: NOTE }).finish()).outcome).toBeNull();
    const paths = rig.uploads.map(({ upload }) => new URL(upload.url).pathname);
    expect(new Set(paths).size).toBe(1);
    expect(graveViolations(rig)).toEqual([]);
  });
});
