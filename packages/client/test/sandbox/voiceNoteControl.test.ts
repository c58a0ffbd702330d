import { assertAtLeast, assertAtMost, assertNear, assertSameSamples, encodeWav } from '@voicewire/testkit';
import { loadDsp } from '@voicewire/dsp-wasm';
import { afterEach, describe, expect, test } from 'vitest';
import { NoteRecording, sendNote } from '../../src/index.ts';
import { VirtualMicrophone } from '../../src/testing/index.ts';
import { createNoteRig, makeSpeech, REPLY_PCM, type NoteRig } from './noteRig.ts';

const dsp = await loadDsp();
const SPEECH = makeSpeech(400, 3);
const NOTE = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: SPEECH });
/** A reply that takes 20 s to hear and 5 s to arrive. */
const LONG_REPLY = makeSpeech(20_000, 8);

const toFloat = (pcm: Int16Array): Float32Array => Float32Array.from(pcm, (value) => value / 32_768);
const audible = (samples: Float32Array): number => samples.filter((value) => Math.abs(value) > 1e-3).length;
const graveViolations = ({ sandbox }: NoteRig) =>
  sandbox.ledger.violations.filter(({ severity }) => severity !== 'note');

/** Between neighbouring samples; at least 0.01, below which nothing clicks. */
function largestStep(samples: Float32Array, from: number, to = samples.length): number {
  let largest = 0.01;
  for (let i = from + 1; i < to; i++) largest = Math.max(largest, Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0)));
  return largest;
}

/** A rejection that nobody handled would otherwise pass unseen. */
const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
afterEach(() => expect(unhandled.splice(0)).toEqual([]));

describe('aborting a note', () => {
  test.each([
    ['while its answer is awaited', 5],
    ['while its reply arrives', 1_500],
    ['while the rest is heard', 8_000],
  ])('%s ends request and sound within 100 ms, with a fade', async (_when, afterMs) => {
    const rig = await createNoteRig({ reply: LONG_REPLY, delayMs: 10 });
    const abort = new AbortController();
    const note = rig.send({ audio: NOTE, signal: abort.signal });
    await rig.clock.advance(afterMs);
    const eventCount = note.events.length;
    const before = rig.played().length;
    const abortedMs = rig.clock.nowMs();
    abort.abort();
    await rig.clock.advance(100);
    expect(note.error().code).toBe('note-aborted');
    assertAtMost('end of the loop', note.endedMs - abortedMs, 100, 'ms');
    const later = note.events.slice(eventCount).map(({ event }) => event.type);
    expect(later.filter((type) => type !== 'agentSpeechEnded')).toEqual([]);
    // The fade is 5 ms long, and sound comes in blocks of 10 ms.
    expect(audible(rig.played().subarray(before + 320))).toBe(0);
    const played = rig.played();
    assertAtMost('largest step', largestStep(played, before), largestStep(played, 0, before), '');
    await rig.clock.advance(30_000);
    expect(rig.clock.pendingTimers).toBe(0);
    const exchange = rig.sandbox.ledger.connections.at(-1);
    expect(exchange?.close?.reason).toBe(afterMs < 5_000 ? 'cancelled' : 'complete');
    expect(graveViolations(rig)).toEqual([]);
  });

  test('before it began sends nothing', async () => {
    const rig = await createNoteRig();
    const note = await rig.send({ audio: NOTE, signal: AbortSignal.abort() }).finish();
    expect([note.error().code, rig.uploads.length]).toEqual(['note-aborted', 0]);
  });

  test('while its credentials are awaited sends nothing', async () => {
    const rig = await createNoteRig({ vendor: { credentials: () => new Promise(() => undefined) } });
    const abort = new AbortController();
    const note = rig.send({ audio: NOTE, signal: abort.signal });
    await rig.clock.advance(100);
    abort.abort();
    await note.finish(100);
    expect([note.error().code, rig.uploads.length, rig.clock.pendingTimers]).toEqual(['note-aborted', 0, 0]);
  });

  test('by leaving the loop does the same', async () => {
    const rig = await createNoteRig({ reply: LONG_REPLY });
    let isOver = false;
    const run = async (): Promise<void> => {
      for await (const event of sendNote(rig.ports, { vendor: rig.vendor, audio: NOTE })) {
        if (event.type === 'agentSpeechStarted') break;
      }
      isOver = true;
    };
    void run();
    await rig.clock.advanceUntil(() => isOver, 5_000);
    const heard = rig.played().length;
    await rig.clock.advance(10_000);
    expect(audible(rig.played().subarray(heard))).toBe(0);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  test('does not keep the next one from being sent: the server is still busy with the old one for a second', async () => {
    const rig = await createNoteRig({ reply: LONG_REPLY });
    const abort = new AbortController();
    const first = rig.send({ audio: NOTE, signal: abort.signal });
    await rig.clock.advance(1_000);
    abort.abort();
    await first.finish();
    const second = await rig.send({ audio: NOTE }).finish();
    expect(second.outcome).toBeNull();
    expect(second.of('resendPlanned').map(({ code }) => code)).toContain('conversation-busy');
    expect(graveViolations(rig)).toEqual([]);
  });
});

describe('a note that was refused', () => {
  test('is not sent again where the user forbids it', async () => {
    const rig = await createNoteRig();
    rig.parametersOf = () => '&fault=answer-503';
    const note = await rig.send({ audio: NOTE, resendForMs: 0 }).finish();
    expect(note.error()).toMatchObject({ code: 'server-shutdown', details: { retry: 'backoff', status: 503 } });
    expect(rig.uploads.length).toBe(1);
  });

  test('is not sent again when the server wants to be left alone for longer than the user waits', async () => {
    const rig = await createNoteRig();
    rig.parametersOf = () => '&fault=answer-429&delayMs=9000';
    const note = await rig.send({ audio: NOTE }).finish();
    expect(note.error()).toMatchObject({ code: 'rate-limited', retryable: true, details: { minDelayMs: 9_000 } });
    expect(rig.uploads.length).toBe(1);
  });

  test('for its token is sent again with another, once, and never with the same', async () => {
    const bad = { token: 'eyJ0.e30.c2ln' };
    const renewed = await createNoteRig({ vendor: { credentials: () => bad } });
    const note = await renewed.send({ audio: NOTE }).finish();
    expect([note.error().code, renewed.uploads.length]).toEqual(['auth-failed', 2]);
    const fixed = await createNoteRig({ vendor: { credentials: bad } });
    const other = await fixed.send({ audio: NOTE }).finish();
    expect([other.error().code, fixed.uploads.length]).toEqual(['auth-failed', 1]);
  });

  test('keeps nothing of the token in its error', async () => {
    const rig = await createNoteRig({ vendor: { credentials: { token: 'canary-31337' } } });
    const error = (await rig.send({ audio: NOTE }).finish()).error();
    expect(JSON.stringify([error.message, error.details, String(error.cause), error.stack])).not.toContain('canary');
  });
});

describe('a conversation', () => {
  test('takes one note at a time: a second one is refused here and not sent', async () => {
    const rig = await createNoteRig();
    const first = rig.send({ audio: NOTE });
    await rig.clock.advance(100);
    const second = await rig.send({ audio: NOTE }).finish();
    expect(second.error()).toMatchObject({ code: 'note-refused', details: { issues: [{ received: 'busy' }] } });
    await first.finish();
    expect([first.outcome, rig.uploads.length]).toEqual([null, 1]);
  });

  test.each(['answer-500', 'error-between', 'no-complete', 'reset-mid-line'])(
    'is not lost with a reply that fails by %s: the next note goes into the same one',
    async (fault) => {
      const rig = await createNoteRig();
      rig.parametersOf = (upload) => (upload === 0 ? `&fault=${fault}` : '');
      const failed = await rig.send({ audio: NOTE }).finish();
      expect(failed.error().code).not.toBe('note-refused');
      const other = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: makeSpeech(500, 4) });
      expect((await rig.send({ audio: other }).finish()).outcome).toBeNull();
      const paths = rig.uploads.map(({ upload }) => new URL(upload.url).pathname);
      expect(paths[1]).toBe(paths[0]);
      expect(graveViolations(rig)).toEqual([]);
    },
  );

  test('goes on from note to note, each sound after the other', async () => {
    const rig = await createNoteRig();
    for (let n = 0; n < 3; n++) expect((await rig.send({ audio: NOTE }).finish()).outcome).toBeNull();
    expect(audible(rig.played())).toBe(3 * audible(toFloat(REPLY_PCM)));
    expect([rig.issuedCount, rig.clock.pendingTimers]).toEqual([3, 0]);
  });

  test('a note has one loop, and an option that cannot be is refused at once', async () => {
    const rig = await createNoteRig();
    const events = sendNote(rig.ports, { vendor: rig.vendor, audio: NOTE });
    const loop = events[Symbol.asyncIterator]();
    expect(() => events[Symbol.asyncIterator]()).toThrow('one loop');
    await loop.return?.();
    expect(() => sendNote(rig.ports, { vendor: rig.vendor, audio: NOTE, resendForMs: -1 })).toThrow('resendForMs');
  });
});

describe('a loop that is slow', () => {
  test('takes no sound away, and makes the network wait once 2 MB of audio are not taken', async () => {
    const rig = await createNoteRig({ reply: makeSpeech(80_000, 9), sandbox: { amigoNotes: { speedRatio: 100 } } });
    let unreadBytes = 0;
    const { http } = rig.ports;
    const counting = {
      post: (...upload: Parameters<typeof http.post>) => {
        const exchange = http.post(...upload);
        return {
          ...exchange,
          read: async () => {
            const piece = await exchange.read();
            unreadBytes += piece?.length ?? 0;
            return piece;
          },
        };
      },
    };
    const ports = { ...rig.ports, http: counting };
    const loop = sendNote(ports, { vendor: rig.vendor, audio: NOTE })[Symbol.asyncIterator]();
    const first = loop.next();
    await rig.clock.advance(60_000);
    // 2 MB of PCM are 2.67 MB of base64; the rest are names, quotes, and a line more.
    assertNear('read from the network', unreadBytes, 2_700_000, 50_000, 'bytes');
    assertAtLeast('heard meanwhile', audible(rig.played()), 16_000 * 20, 'samples');
    expect((await first).value?.type).toBe('uploadStarted');
    let audioBytes = 0;
    let isOver = false;
    const take = async (): Promise<void> => {
      for (let next = await loop.next(); next.done !== true; next = await loop.next()) {
        if (next.value.type === 'agentAudio') audioBytes += next.value.bytes.length;
      }
      isOver = true;
    };
    void take();
    await rig.clock.advanceUntil(() => isOver, 200_000, 1_000);
    expect(audioBytes).toBe(80_000 * 32);
  });
});

describe('a recording', () => {
  function press(rig: NoteRig, options: { maxDurationMs?: number } = {}) {
    const microphone = new VirtualMicrophone({ clock: rig.clock, dsp, sampleRate: 16_000 });
    const recording = new NoteRecording(microphone, options);
    return { microphone, recording };
  }

  test('is sent when it is stopped, sample by sample as it was said', async () => {
    const rig = await createNoteRig();
    const { microphone, recording } = press(rig);
    microphone.say(toFloat(SPEECH));
    const note = rig.send({ audio: recording });
    await rig.clock.advance(600);
    expect([rig.uploads.length, recording.durationMs]).toEqual([0, 600]);
    void recording.stop();
    await note.finish();
    expect(note.outcome).toBeNull();
    const heard = rig.sandbox.ledger.connections.at(-1)?.receivedPcm() ?? new Int16Array(0);
    const from = heard.findIndex((value) => value !== 0) - SPEECH.findIndex((value) => value !== 0);
    assertSameSamples('what the agent heard', heard.subarray(from, from + SPEECH.length), SPEECH);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  test('of 60,000 ms is sent, and one frame more is too long: nothing is sent, nothing is lost', async () => {
    const rig = await createNoteRig();
    const inTime = press(rig);
    const sent = rig.send({ audio: inTime.recording });
    await rig.clock.advance(60_000);
    void inTime.recording.stop();
    await sent.finish();
    expect(sent.outcome).toBeNull();

    const late = press(rig);
    const note = rig.send({ audio: late.recording });
    await rig.clock.advance(60_040);
    await note.finish();
    expect(note.error()).toMatchObject({ code: 'note-too-long', details: { limitMs: 60_000 } });
    expect(late.recording.toWav().length).toBe(44 + 60_000 * 32);
    expect([rig.uploads.length, late.recording.getInputLevel()]).toEqual([1, 0]);
    const again = await rig.send({ audio: late.recording.toWav() }).finish();
    expect(again.outcome).toBeNull();
    expect(rig.clock.pendingTimers).toBe(0);
  });

  test('can be made shorter', async () => {
    const rig = await createNoteRig();
    const { recording } = press(rig, { maxDurationMs: 200 });
    const note = rig.send({ audio: recording });
    await rig.clock.advance(500);
    await note.finish();
    expect(note.error()).toMatchObject({ code: 'note-too-long', details: { limitMs: 200 } });
    expect(() => press(rig, { maxDurationMs: 0 })).toThrow('above 0');
  });

  test('is given up with its note, and its microphone released', async () => {
    const rig = await createNoteRig();
    const { recording } = press(rig);
    const abort = new AbortController();
    const note = rig.send({ audio: recording, signal: abort.signal });
    await rig.clock.advance(300);
    abort.abort();
    await note.finish(100);
    expect([note.error().code, recording.durationMs, rig.clock.pendingTimers]).toEqual(['note-aborted', 0, 0]);
  });
});

describe('a file', () => {
  test('may be a Blob, and is not even read when it is too large', async () => {
    const rig = await createNoteRig();
    expect((await rig.send({ audio: new Blob([NOTE as Uint8Array<ArrayBuffer>]) }).finish()).outcome).toBeNull();
    let readCount = 0;
    const arrayBuffer = (): Promise<ArrayBuffer> => Promise.resolve(new ArrayBuffer((readCount += 1)));
    const tooLarge = await rig.send({ audio: { size: 2_000_001, arrayBuffer } }).finish();
    expect(tooLarge.error()).toMatchObject({ code: 'note-refused', details: { issues: [{ path: ['audio'] }] } });
    expect(readCount).toBe(0);
  });

  test('that the vendor does not take is refused before it is sent', async () => {
    const rig = await createNoteRig();
    const note = await rig.send({ audio: new TextEncoder().encode('no sound at all') }).finish();
    expect(note.error()).toMatchObject({ code: 'note-refused', retryable: false });
    expect(rig.uploads.length).toBe(0);
  });

  test('comes with what the agent should know', async () => {
    const rig = await createNoteRig();
    const contextualUpdates = [{ text: 'The order was shipped.', happenedAt: '2025-12-31T12:00:00Z' }];
    const note = await rig.send({ audio: NOTE, contextualUpdates }).finish();
    expect(note.outcome).toBeNull();
    expect(Buffer.from(rig.uploads[0]?.upload.body ?? []).toString('latin1')).toContain('The order was shipped.');
    expect(graveViolations(rig)).toEqual([]);
  });
});
