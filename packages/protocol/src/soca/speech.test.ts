// This file checks how sentences become streams, and how replies die: numbers, gaps, repeats, late and missing chunks.
import { describe, expect, test } from 'vitest';
import { LIMITS } from './constants.ts';
import type { Sentence } from './messages.ts';
import {
  NO_SPEECH,
  acceptBarge,
  acceptFinalAnswer,
  acceptSentence,
  giveUpWaiting,
  interruptSpeech,
  noticeSeq,
  say,
  type Speech,
  type SpeechStep,
} from './speech.ts';
import { startNext } from './replies.ts';
import { readSeq } from './decode.ts';

type Act = (speech: Speech) => SpeechStep<Speech>;

const toBase64 = (text: string): string => Buffer.from(text).toString('base64');
const openStreamCount = ({ sentences }: Speech): number => sentences.filter(({ stream }) => stream).length;

/** A chunk of sentence `id`, with the letter of its stream for audio. `seq` absent: without a number. */
function chunk(id: number | string, index: number, seq?: number | string, fields: Partial<Sentence> = {}): Act {
  const step: Sentence = {
    stepType: 'sentence',
    sentenceId: id,
    audioBase64: toBase64(`${id}:${index}`),
    chunkIndex: index,
    isLastChunk: false,
    ...(seq === undefined ? {} : { seq }),
    ...fields,
  };
  return (speech) => {
    const raised = noticeSeq(speech, readSeq(step.seq));
    const taken = acceptSentence(raised.state, step);
    return say(taken.state, ...raised.events, ...taken.events);
  };
}

const last = { isLastChunk: true };
const silent = { audioBase64: null };
const barge =
  (seq?: number): Act =>
  (speech) =>
    acceptBarge(speech, seq, 'content_partial');
const interrupt: Act = (speech) => say(interruptSpeech(speech));
const userTurn: Act = (speech) => say(startNext(speech));
const answer = (seq?: number, output?: string): Act => {
  const fullResponse = output === undefined ? null : { answers: [{ output }] };
  return (speech) =>
    acceptFinalAnswer(speech, { stepType: 'final_answer', fullResponse, ...(seq === undefined ? {} : { seq }) });
};
const expire: Act = (speech) => (speech.wait ? giveUpWaiting(speech, speech.wait) : say(speech));

/** What was said, one line per event. */
function tell(...acts: readonly Act[]): string[] {
  return tellFrom(NO_SPEECH, ...acts).lines;
}

function tellFrom(start: Speech, ...acts: readonly Act[]) {
  let speech = start;
  const lines: string[] = [];
  for (const act of acts) {
    const step = act(speech);
    speech = step.state;
    lines.push(...step.events.map(lineOf));
  }
  return { speech, lines };
}

function lineOf(event: SpeechStep<Speech>['events'][number]): string {
  switch (event.type) {
    case 'agentAudio':
      return `${Buffer.from(event.bytes).toString()} in stream ${event.streamId} of ${event.generation}`;
    case 'agentAudioEnded':
      return `stream ${event.streamId} of ${event.generation} ended`;
    case 'agentText':
      return `"${event.text}" of ${event.generation}`;
    case 'turnCompleted':
      return `completed ${event.generation}: ${event.fullText ?? 'no words'}`;
    case 'interrupted':
      return `interrupted for ${event.nextGeneration ?? 'nobody'}`;
    case 'malformedMessage':
      return `malformed ${event.issues.map(({ expected, received }) => `${expected}, not ${received}`).join()}`;
    default:
      return event.type;
  }
}

describe('sentences', () => {
  test('are a stream each, of the reply that their seq names', () => {
    expect(tell(chunk(501, 0, 12), chunk(501, 1, 12, last), chunk(502, 0, 12, last))).toEqual([
      '501:0 in stream 1 of 12',
      '501:1 in stream 1 of 12',
      'stream 1 of 12 ended',
      '502:0 in stream 2 of 12',
      'stream 2 of 12 ended',
    ]);
  });

  test('end with a last chunk that has no audio, and begin no stream when none had any', () => {
    expect(tell(chunk(501, 0, 1), chunk(501, 1, 1, { ...silent, ...last }))).toContain('stream 1 of 1 ended');
    expect(tell(chunk(501, 0, 1, { ...silent, contentStep: 'Ya.' }), chunk(501, 1, 1, { ...silent, ...last }))).toEqual(
      ['"Ya." of 1'],
    );
    expect(tell(chunk(501, 0, 1, { audioBase64: '' }), chunk(501, 1, 1, { audioBase64: '', ...last }))).toEqual([]);
  });

  test('tell their words once each, with a space between two of one reply', () => {
    const words = { contentStep: 'Satu.' };
    expect(
      tell(
        chunk(1, 0, 1, { ...silent, ...words }),
        chunk(1, 1, 1, { ...silent, ...words, ...last }),
        chunk(2, 0, 1, { ...silent, contentStep: 'Dua.', ...last }),
        chunk(3, 0, 2, { ...silent, contentStep: 'Tiga.', ...last }),
      ),
    ).toEqual(['"Satu." of 1', '" Dua." of 1', 'interrupted for 2', '"Tiga." of 2']);
  });

  test('may interleave: two streams of one reply stay whole', () => {
    expect(tell(chunk(1, 0, 5), chunk(2, 0, 5), chunk(1, 1, 5, last), chunk(2, 1, 5, last))).toEqual([
      '1:0 in stream 1 of 5',
      '2:0 in stream 2 of 5',
      '1:1 in stream 1 of 5',
      'stream 1 of 5 ended',
      '2:1 in stream 2 of 5',
      'stream 2 of 5 ended',
    ]);
  });

  test('ignore repeats: of a chunk, and of the last one', () => {
    const once = tell(chunk(1, 0, 5), chunk(1, 1, 5, last));
    expect(
      tell(chunk(1, 0, 5), chunk(1, 0, 5), chunk(1, 1, 5, last), chunk(1, 1, 5, last), chunk(1, 2, 5, last)),
    ).toEqual(once);
  });

  test('go on in another stream after a missing chunk, which is reported', () => {
    expect(tell(chunk(1, 0, 5), chunk(1, 2, 5), chunk(1, 1, 5), chunk(1, 3, 5, last))).toEqual([
      '1:0 in stream 1 of 5',
      'malformed chunk 1, not chunk 2',
      'stream 1 of 5 ended',
      '1:2 in stream 2 of 5',
      '1:3 in stream 2 of 5',
      'stream 2 of 5 ended',
    ]);
  });

  test('may have strings for ids, and numbers beyond 2^53', () => {
    expect(tell(chunk('a', 0, 1), chunk(2 ** 60, 0, 1), chunk('a', 1, 1))).toEqual([
      'a:0 in stream 1 of 1',
      `${2 ** 60}:0 in stream 2 of 1`,
      'a:1 in stream 1 of 1',
    ]);
  });

  test('that get no further chunk end when the wait of 5000 ms is over, and go on in another stream if they do', () => {
    const { speech, lines } = tellFrom(NO_SPEECH, chunk(1, 0, 5), chunk(2, 0, 5));
    expect(speech.wait).toEqual({ awaited: 'sentence-chunk', limitMs: 5000 });
    expect(lines).toHaveLength(2);
    const after = tellFrom(speech, expire, chunk(1, 1, 5, last));
    expect(after.lines).toEqual([
      'stream 1 of 5 ended',
      'stream 2 of 5 ended',
      'waitExpired',
      '1:1 in stream 3 of 5',
      'stream 3 of 5 ended',
    ]);
    expect(after.speech.wait).toBeUndefined();
  });

  test('renew the wait with every chunk, and drop it when the last stream ends or dies', () => {
    const first = chunk(1, 0, 5)(NO_SPEECH).state;
    const second = chunk(1, 1, 5)(first).state;
    expect(second.wait).toBeDefined();
    expect(second.wait).not.toBe(first.wait);
    if (first.wait) expect(giveUpWaiting(second, first.wait)).toEqual(say(second));
    expect(chunk(1, 2, 5, last)(second).state.wait).toBeUndefined();
    expect(barge(6)(second).state.wait).toBeUndefined();
    expect(interruptSpeech(second).wait).toBeUndefined();
  });

  test(`are followed ${LIMITS.maxFollowedSentenceCount} at a time: another ends the oldest`, () => {
    const count = LIMITS.maxFollowedSentenceCount;
    const { speech } = tellFrom(NO_SPEECH, ...Array.from({ length: count }, (_, id) => chunk(id, 0, 1)));
    expect(openStreamCount(speech)).toBe(count);
    const more = tellFrom(speech, chunk('new', 0, 1));
    expect(more.lines).toEqual([`new:0 in stream ${count + 1} of 1`, 'stream 1 of 1 ended']);
    expect(openStreamCount(more.speech)).toBe(count);
  });
});

describe('numbers', () => {
  test('are 0 as well, and strings of digits', () => {
    expect(tell(chunk(1, 0, 0), chunk(1, 1, '0'), chunk(2, 0, '1'))).toEqual([
      '1:0 in stream 1 of 0',
      '1:1 in stream 1 of 0',
      'interrupted for 1',
      '2:0 in stream 2 of 1',
    ]);
  });

  test('that fall are late messages of a dead reply: sentences and final answers are dropped', () => {
    expect(
      tell(chunk(1, 0, 12), barge(13), chunk(1, 1, 12), chunk(9, 0, 12), answer(12, 'tua'), chunk(2, 0, 13)),
    ).toEqual(['1:0 in stream 1 of 12', 'interrupted for 13', '2:0 in stream 2 of 13']);
  });

  test('that rise on a sentence interrupt without a barge, once', () => {
    expect(tell(chunk(1, 0, 12), chunk(2, 0, 13), chunk(1, 1, 12), chunk(2, 1, 13))).toEqual([
      '1:0 in stream 1 of 12',
      'interrupted for 13',
      '2:0 in stream 2 of 13',
      '2:1 in stream 2 of 13',
    ]);
  });

  test('that rise when nothing was said interrupt nothing', () => {
    expect(noticeSeq(NO_SPEECH, 40).events).toEqual([]);
  });

  test('equal to the present one, or lower, make a barge nothing', () => {
    const { speech } = tellFrom(NO_SPEECH, chunk(1, 0, 13));
    for (const seq of [13, 12, 0]) expect(barge(seq)(speech)).toEqual(say(speech));
  });
});

describe('a barge without a number', () => {
  test('kills all that was heard, and nothing that comes with a higher number', () => {
    expect(tell(chunk(1, 0, 12), barge(), chunk(1, 1, 12), chunk(2, 0, 12), chunk(3, 0, 13))).toEqual([
      '1:0 in stream 1 of 12',
      'interrupted for nobody',
      '3:0 in stream 2 of 13',
    ]);
  });

  test('leaves a reply alone of which only the number was seen', () => {
    const { speech } = tellFrom(NO_SPEECH, chunk(1, 0, 12), barge(13), barge());
    expect(tellFrom(speech, chunk(2, 0, 13)).lines).toEqual(['2:0 in stream 2 of 13']);
  });
});

describe('our own interruption', () => {
  test('kills what was heard, even where the server goes on as if nothing had happened', () => {
    expect(tell(chunk(1, 0, 12), interrupt, chunk(1, 1, 12), chunk(2, 0, 12), answer(12), chunk(3, 0, 13))).toEqual([
      '1:0 in stream 1 of 12',
      '3:0 in stream 2 of 13',
    ]);
  });

  test('that comes after the server’s does not kill the reply that is to come', () => {
    expect(tell(chunk(1, 0, 12), barge(13), interrupt, chunk(2, 0, 13))).toContain('2:0 in stream 2 of 13');
  });
});

describe('replies without numbers', () => {
  test('get names of ours: another after every final answer and every turn of the user’s', () => {
    expect(tell(chunk(1, 0), answer(undefined, 'Satu'), chunk(2, 0), userTurn, chunk(3, 0))).toEqual([
      '1:0 in stream 1 of unnumbered-1',
      'completed unnumbered-1: Satu',
      '2:0 in stream 2 of unnumbered-2',
      '3:0 in stream 3 of unnumbered-3',
    ]);
  });

  test('may use a sentence id again in the next reply', () => {
    expect(tell(chunk(1, 0, undefined, last), answer(), chunk(1, 0, undefined, last))).toEqual([
      '1:0 in stream 1 of unnumbered-1',
      'stream 1 of unnumbered-1 ended',
      'completed unnumbered-1: no words',
      '1:0 in stream 2 of unnumbered-2',
      'stream 2 of unnumbered-2 ended',
    ]);
  });

  test('keep a sentence whole across a final answer that comes before its last chunk', () => {
    expect(tell(chunk(1, 0), answer(), chunk(1, 1, undefined, last))).toEqual([
      '1:0 in stream 1 of unnumbered-1',
      'completed unnumbered-1: no words',
      '1:1 in stream 1 of unnumbered-1',
      'stream 1 of unnumbered-1 ended',
    ]);
  });

  test('die by a barge, late chunks included, and the next one lives', () => {
    expect(tell(chunk(1, 0), barge(), chunk(1, 1), chunk(2, 0))).toEqual([
      '1:0 in stream 1 of unnumbered-1',
      'interrupted for nobody',
      '2:0 in stream 2 of unnumbered-2',
    ]);
  });

  test('stay dead after our own interruption until the user has said something', () => {
    expect(tell(chunk(1, 0), interrupt, chunk(1, 1), chunk(2, 0), userTurn, chunk(3, 0))).toEqual([
      '1:0 in stream 1 of unnumbered-1',
      '3:0 in stream 2 of unnumbered-2',
    ]);
  });

  test('can follow a sentence that had its number only once', () => {
    expect(tell(chunk(1, 0, 12), chunk(1, 1), chunk(1, 2, undefined, last), answer(undefined, 'Ya'))).toEqual([
      '1:0 in stream 1 of 12',
      '1:1 in stream 1 of 12',
      '1:2 in stream 1 of 12',
      'stream 1 of 12 ended',
      'completed 12: Ya',
    ]);
  });

  test('do not bring back a dead reply: a late chunk without a number belongs to its sentence', () => {
    expect(tell(chunk(1, 0, 12), barge(13), chunk(1, 1))).toEqual(['1:0 in stream 1 of 12', 'interrupted for 13']);
  });
});

test('a final answer cuts no audio, and may come first', () => {
  expect(tell(answer(12, 'Satu dua'), chunk(1, 0, 12), chunk(1, 1, 12, last))).toEqual([
    'completed 12: Satu dua',
    '1:0 in stream 1 of 12',
    '1:1 in stream 1 of 12',
    'stream 1 of 12 ended',
  ]);
});
