import { assertAtLeast, assertNear, assertSameSamples } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { SocaFault, SocaFaultName } from '../src/core.ts';
import { speaker } from '../src/core.ts';
import { CUT_NAMES } from '../src/soca/faults.ts';
import type { DecodedMp3 } from './support/mp3Decoding.ts';
import { compareWithSpeech } from './support/mp3Decoding.ts';
import { makeUserSpeech } from './support/rig.ts';
import type { Heard } from './support/socaListener.ts';
import { decodeAll, listenTo } from './support/socaListener.ts';
import { ENDS, FIELDS, HARMLESS, NUMBERS, PREFIXES } from './support/socaMatrix.ts';
import type { SocaClient } from './support/socaRig.ts';
import { createSocaRig } from './support/socaRig.ts';

const TEXT = 'Something like speech.';
const SPEECH = makeUserSpeech(1200);
let sessionCount = 0;
const talking = speaker({ lines: [{ text: TEXT, pcm: SPEECH }] });

/** One sandbox for all: it encodes the sentence once. */
const rig = createSocaRig({ agent: talking, record: false });

/** One sentence as the faults make it, and what a client makes of that. */
function hear(faults: readonly SocaFault[]): { client: SocaClient; heard: Heard } {
  const query = faults.map((fault) =>
    typeof fault === 'string' ? `fault=${fault}` : `fault=${fault.name}&sizeBytes=${fault.sizeBytes ?? 0}`,
  );
  const client = rig.connect(query.join('&'), `session-${++sessionCount}`);
  rig.clock.advanceMs(3000);
  client.close();
  rig.clock.advanceMs(1);
  return { client, heard: listenTo(client.received) };
}

const [reference] = (await decodeAll(hear([]).heard.streams)) as [DecodedMp3];
const faultEvents = ({ events }: Heard): readonly string[] =>
  events.map(({ type }) => type).filter((type) => type === 'malformedMessage' || type === 'unknownMessage');

/** Decodes to exactly what the sentence decodes to without a fault, in one stream, with nothing to complain about. */
async function expectSameAudio(faults: readonly SocaFault[]): Promise<{ client: SocaClient; heard: Heard }> {
  const run = hear(faults);
  expect(run.heard.streams.length).toBe(1);
  expect(faultEvents(run.heard)).toEqual([]);
  const [decoded] = await decodeAll(run.heard.streams);
  expect(decoded?.sampleRate).toBe(22_050);
  assertSameSamples(
    faults.map((fault) => (typeof fault === 'string' ? fault : fault.name)).join(' + '),
    decoded?.pcm ?? [],
    reference.pcm,
  );
  return run;
}

describe('without a fault', () => {
  test('a sentence decodes to what the agent said: correlation 0.95, 50 ms of encoder delay, the right length', () => {
    const { correlation, delayMs, extraMs } = compareWithSpeech(reference, SPEECH);
    assertAtLeast('correlation', correlation, 0.95, '');
    assertNear('delay', delayMs, 50, 2, 'ms');
    assertNear('length beyond the speech', extraMs, 76, 27, 'ms');
  });

  test('chunks have the documented fields, and the last has none of them', () => {
    const { client } = hear([]);
    const [first, ...rest] = client.messages.filter(({ stepType }) => stepType === 'sentence');
    const last = rest.at(-1);
    expect(first).toEqual({
      stepType: 'sentence',
      chatId: expect.stringMatching(/^[a-z2-9]{24}$/) as unknown,
      sentenceId: expect.any(Number) as unknown,
      contentStep: TEXT,
      audioBase64: expect.any(String) as unknown,
      audioMime: 'audio/mp3',
      chunkIndex: 0,
      isLastChunk: false,
      seq: 1,
    });
    expect(last).toEqual({
      stepType: 'sentence',
      sentenceId: first?.['sentenceId'],
      audioBase64: null,
      chunkIndex: client.sentences.length - 1,
      isLastChunk: true,
      seq: 1,
    });
    expect(client.sentences.map(({ chunkIndex }) => chunkIndex)).toEqual([...client.sentences.keys()]);
  });

  test('the vendor’s own sample, join and atob, restores the same bytes', () => {
    const { client, heard } = hear([]);
    const joined = atob(client.sentences.map(({ audioBase64 }) => audioBase64 ?? '').join(''));
    expect(Buffer.compare(Buffer.from(joined, 'latin1'), Buffer.from(heard.streams[0]?.bytes ?? []))).toBe(0);
  });
});

/** Byte lengths of 0, 1 and 2 mod 3. */
const PADDED: readonly SocaFault[] = [1023, 1024, 1025].map((sizeBytes) => ({ name: 'padded-chunks', sizeBytes }));
const CUTS: readonly SocaFault[] = [...CUT_NAMES.filter((name) => name !== 'unpadded-chunks'), ...PADDED];

describe('every way to pack a sentence decodes to the same samples', () => {
  for (const cut of CUTS) {
    const name = typeof cut === 'string' ? cut : `${cut.name}, ${cut.sizeBytes ?? 0} bytes`;
    test(`${name}, with every prefix and every end`, async () => {
      await expectSameAudio([cut]);
      for (const prefix of PREFIXES) await expectSameAudio([cut, prefix]);
      for (const end of ENDS) await expectSameAudio([cut, end]);
    });
  }

  test.each([...FIELDS, ...NUMBERS, ...HARMLESS])('%s', async (name) => {
    await expectSameAudio([name]);
    await expectSameAudio([name, 'slices-anywhere', 'id3-tag', 'last-with-audio']);
  });

  test('all prefixes at once', async () => {
    await expectSameAudio(['slices-anywhere', ...PREFIXES]);
  });
});

describe('how the faults look on the wire', () => {
  const sentencesOf = (...faults: SocaFault[]) => hear(faults).client.sentences;

  test('the ends', () => {
    const lastTwo = (name: SocaFaultName) =>
      sentencesOf(name)
        .slice(-2)
        .map(
          ({ audioBase64, isLastChunk }) =>
            `${typeof audioBase64 === 'string' ? audioBase64.length : 'null'} ${isLastChunk}`,
        );
    expect(lastTwo('last-with-audio')).toEqual(['1360 false', expect.stringMatching(/^[1-9]\d* true$/)]);
    expect(lastTwo('last-empty')[1]).toBe('0 true');
    expect(lastTwo('last-missing').every((end) => end.endsWith('false'))).toBe(true);
    expect(lastTwo('last-twice')).toEqual(['null true', 'null true']);
  });

  test('the fields', () => {
    const shown = (name: SocaFaultName) =>
      sentencesOf(name).map(({ contentStep, chatId, audioMime }) =>
        [contentStep, chatId, audioMime].every((field) => field !== undefined),
      );
    expect(shown('fields-on-all').every(Boolean)).toBe(true);
    expect(shown('fields-on-first').filter(Boolean)).toEqual([true]);
    expect(shown('fields-on-none').some(Boolean)).toBe(false);
    expect(sentencesOf('mime-audio-mpeg')[0]?.audioMime).toBe('audio/mpeg');
  });

  test('the numbers', () => {
    const seqs = (name: SocaFaultName) => [...new Set(sentencesOf(name).map(({ seq }) => seq))];
    expect([seqs('seq-as-text'), seqs('seq-absent'), seqs('seq-from-zero')]).toEqual([['1'], [undefined], [0]]);
    expect(hear(['seq-as-text']).client.of('final_answer')).toMatchObject([{ seq: '1' }]);
  });

  test('one character or byte per chunk, 2,000 times', () => {
    const lengths = sentencesOf('one-character')
      .slice(0, 2000)
      .map(({ audioBase64 }) => audioBase64?.length);
    expect(new Set(lengths)).toEqual(new Set([1]));
    expect(
      sentencesOf('one-byte')
        .slice(0, 2000)
        .every(({ audioBase64 }) => audioBase64?.endsWith('==')),
    ).toBe(true);
  });
});

describe('what cannot decode to the same samples is reported, and crashes nothing', () => {
  test('unpadded encodings of their own: a client that takes them for slices loses the audio and not the session', async () => {
    const { heard } = hear(['unpadded-chunks']);
    expect(heard.streams.length).toBeGreaterThan(0);
    const [decoded] = await decodeAll(heard.streams);
    const { correlation } = compareWithSpeech(decoded ?? reference, SPEECH);
    expect(correlation).toBeLessThan(0.9);
    expect(heard.events.some(({ type }) => type === 'turnCompleted')).toBe(true);
  });

  test('chunk-skipped: the gap is reported, and the audio after it is a stream of its own', async () => {
    const { heard } = hear(['chunk-skipped']);
    expect(faultEvents(heard)).toEqual(['malformedMessage']);
    expect(heard.streams.length).toBe(2);
    const [before] = await decodeAll(heard.streams);
    assertSameSamples('before the gap', before?.pcm ?? [], reference.pcm.subarray(0, before?.pcm.length));
  });

  test('corrupt-frame: what comes before it is the same, and the length is', async () => {
    const [decoded] = await decodeAll(hear(['corrupt-frame']).heard.streams);
    const half = Math.floor(reference.pcm.length * 0.4);
    assertSameSamples('first 40 %', decoded?.pcm.subarray(0, half) ?? [], reference.pcm.subarray(0, half));
    assertNear('length', decoded?.pcm.length ?? 0, reference.pcm.length, 576, 'samples');
  });

  test('stereo-44100: another rate and the same speech', async () => {
    const [decoded] = await decodeAll(hear(['stereo-44100']).heard.streams);
    expect(decoded?.sampleRate).toBe(44_100);
    assertAtLeast('correlation', compareWithSpeech(decoded ?? reference, SPEECH).correlation, 0.95, '');
  });

  test('silent-sentence: the words and no audio', () => {
    const { heard, client } = hear(['silent-sentence']);
    expect(heard.streams).toEqual([]);
    expect(client.sentences).toMatchObject([{ contentStep: TEXT, audioBase64: null, isLastChunk: true }]);
    expect(heard.events.some((event) => event.type === 'agentText' && event.text === TEXT)).toBe(true);
  });

  test('sentences-interleaved: two streams, chunk by chunk in turn, which together are the speech', async () => {
    const { heard, client } = hear(['sentences-interleaved']);
    const ids = client.sentences.map(({ sentenceId }) => sentenceId);
    expect(new Set(ids).size).toBe(2);
    expect(ids.slice(0, 4)).toEqual([ids[0], ids[1], ids[0], ids[1]]);
    const decoded = await decodeAll(heard.streams);
    const half = SPEECH.length / 2;
    for (const [i, part] of decoded.entries()) {
      const { correlation } = compareWithSpeech(part, SPEECH.subarray(i * half, (i + 1) * half));
      assertAtLeast(`correlation of half ${i + 1}`, correlation, 0.95, '');
    }
  });
});
