import { soca } from '@voicewire/protocol/soca';
import { describe, expect, test } from 'vitest';
import type { AgentFactory, PlayedSpan, SocaFaultName } from '../src/core.ts';
import { judgePlayback } from '../src/core.ts';
import { makeUserSpeech } from './support/rig.ts';
import type { SocaClient } from './support/socaRig.ts';
import { AGENT_ID, createSocaRig } from './support/socaRig.ts';
import type { Received } from './support/testClient.ts';

const tone = (durationMs: number): Int16Array =>
  Int16Array.from({ length: durationMs * 16 }, (_, i) => Math.round(8000 * Math.sin(i / 5)));
const STORY = tone(6000);
const talker: AgentFactory = (context) => ({
  opened: () => context.say({ text: 'A long story.', pcm: STORY }),
  userSpeechStarted: () => context.stopSpeaking(),
  userSpeechEnded: () => context.say({ text: 'Yes.', pcm: tone(1000) }),
});
/** 32 kbit/s. */
const MS_PER_BYTE = 1 / 4;

/** A user who speaks over the agent after a second of it. */
function interrupt(fault?: SocaFaultName): SocaClient {
  const rig = createSocaRig({ agent: talker, soca: { faults: fault === undefined ? [] : [fault] } });
  const client = rig.connect();
  client.keepSilent(1000);
  client.speak(makeUserSpeech(1200));
  client.keepSilent(4000);
  return client;
}

/** How a player behaves when … */
interface Habits {
  /** … the session says that a reply is interrupted. */
  readonly obeysInterruptions: boolean;
  /** … a partial transcript comes. */
  readonly pausesOnPartialMs: number;
}

/** A player over the project's protocol session: plays what comes, in order, in real time. */
function play(received: readonly Received[], { obeysInterruptions, pausesOnPartialMs }: Habits): readonly PlayedSpan[] {
  const credentials = { privateKey: 'demo-key', sessionId: 'a-session' };
  const session = soca({ agentId: AGENT_ID, credentials }).createSession(credentials);
  session.open();
  let spans: PlayedSpan[] = [];
  for (const { atMs, data } of received) {
    for (const event of session.receive(data).events) {
      if (event.type === 'agentAudio') {
        const fromMs = Math.max(atMs, spans.at(-1)?.toMs ?? 0);
        spans.push({ seq: Number(event.generation), fromMs, toMs: fromMs + event.bytes.length * MS_PER_BYTE });
      } else if (event.type === 'interrupted' && obeysInterruptions) {
        spans = spans
          .filter(({ fromMs }) => fromMs < atMs)
          .map((span) => ({ ...span, toMs: Math.min(span.toMs, atMs) }));
      } else if (event.type === 'transcript' && !event.isFinal && pausesOnPartialMs > 0) {
        spans = spans.map((span) => delaySpan(span, atMs, pausesOnPartialMs));
      }
    }
  }
  return spans;
}

/** What has not begun to sound yet comes later. */
function delaySpan(span: PlayedSpan, atMs: number, pauseMs: number): PlayedSpan {
  return span.fromMs < atMs ? span : { ...span, fromMs: span.fromMs + pauseMs, toMs: span.toMs + pauseMs };
}

const rulesOf = (client: SocaClient, habits: Partial<Habits> = {}): readonly string[] => {
  const played = play(client.received, { obeysInterruptions: true, pausesOnPartialMs: 0, ...habits });
  expect(played.length).toBeGreaterThan(5);
  return [...new Set(judgePlayback({ received: client.received, played }).map(({ ruleId }) => ruleId))];
};

describe('a player that follows the session', () => {
  test.each([
    undefined,
    'late-chunks',
    'replies-interleaved',
    'implicit-barge',
    'filler-partials',
    'unsure-partials',
  ] as const)('breaks no rule, with fault %s', (fault) => {
    expect(rulesOf(interrupt(fault))).toEqual([]);
  });
});

describe('a player that does not', () => {
  test('plays on after a barge: D-10', () => {
    expect(rulesOf(interrupt(), { obeysInterruptions: false })).toEqual(['D-10']);
  });

  test('plays on after a higher seq: D-11', () => {
    expect(rulesOf(interrupt('implicit-barge'), { obeysInterruptions: false })).toEqual(['D-11']);
  });

  test('stops at partials that interrupt nothing: D-13', () => {
    expect(rulesOf(interrupt('filler-partials'), { pausesOnPartialMs: 400 })).toEqual(['D-13']);
  });
});
