// Every fault with every setting that it reads at its ends and beyond: refused, or a session of bounded work.
import type { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { AgentFactory, FaultDescription, FaultSettings } from '../src/core.ts';
import { AMIGO_FAULTS, AMIGO_NOTES_FAULTS, SOCA_FAULTS, SandboxError, VOICE_API_FAULTS } from '../src/core.ts';
import { createAmigoRig } from './support/amigoRig.ts';
import { NotesClient } from './support/notesClient.ts';
import { createRig, makeUserSpeech } from './support/rig.ts';
import { createSocaRig } from './support/socaRig.ts';
import type { Received, TestClient } from './support/testClient.ts';

const MAX_MESSAGES = 20_000;
const MAX_BYTES = 20_000_000;
/** With those between, where a fault's own bounds may lie. */
const VALUES: { readonly [S in keyof FaultSettings]: readonly FaultSettings[S][] } = {
  delayMs: [0, 1, 0.5, 600_000],
  closeAfterMs: [-1, 0, 1, 0.5, 600_000],
  closeCode: [0, 1, 1000, 4999, 1000.5],
  count: [0, 1, 0.5, 2000, 2001, 1_000_000],
  sizeBytes: [0, 1, 0.5, 0.00001, 63, 64, 256, 2_097_152, 2_097_153, 16_777_216],
  speedRatio: [0, 0.001, 1, 1.5, 1000],
  reason: ['', 'x', 'x'.repeat(200)],
};
const DEMO_KEY = { authorization: 'Bearer demo-key' };
const USER_SPEECH = makeUserSpeech(600);
/** Greets and answers with 200 ms each. */
const agent: AgentFactory = ({ say }) => {
  const speak = (): void => say({ text: 'Yes, of course.', pcm: makeUserSpeech(200, 7) });
  return { opened: speak, userSpeechEnded: speak, userTextReceived: speak };
};

interface Case {
  readonly name: string;
  readonly settings: Partial<FaultSettings>;
}
type Session = (fault: Case) => readonly Pick<Received, 'data'>[];

/** Each fault as it is, and with each value of each of its settings. */
function casesOf(table: Readonly<Record<string, FaultDescription>>): readonly Case[] {
  return Object.entries(table).flatMap(([name, { defaults }]) => [
    { name, settings: {} },
    ...Object.keys(defaults).flatMap((setting) =>
      VALUES[setting as keyof FaultSettings].map((value) => ({ name, settings: { [setting]: value } })),
    ),
  ]);
}

/** Hears the greeting, speaks, hears the answer, goes. */
function converse(client: TestClient, clock: FakeClock): readonly Received[] {
  client.keepSilent(800);
  client.speak(USER_SPEECH);
  client.keepSilent(1500);
  client.close();
  clock.advanceMs(1000);
  return client.received;
}

const SESSIONS: Readonly<Record<string, readonly [Readonly<Record<string, FaultDescription>>, Session]>> = {
  voiceApi: [
    VOICE_API_FAULTS,
    ({ name, settings }) => {
      const faults = [{ name: name as keyof typeof VOICE_API_FAULTS, ...settings }];
      const rig = createRig({ agent, voiceApi: { faults } });
      if (name.startsWith('token-')) {
        return [{ data: rig.network.request({ url: '/api/v1/sdk/token', headers: DEMO_KEY }).body }];
      }
      return converse(rig.connectClient(), rig.clock);
    },
  ],
  amigo: [
    AMIGO_FAULTS,
    ({ name, settings }) => {
      const faults = [{ name: name as keyof typeof AMIGO_FAULTS, ...settings }];
      const rig = createAmigoRig({ agent, amigo: { faults } });
      const client = rig.converse().wait(800);
      client.say('Hello.').wait(1000).finish(500);
      client.socket.close();
      rig.clock.advanceMs(1000);
      return client.socket.received;
    },
  ],
  amigoNotes: [
    AMIGO_NOTES_FAULTS,
    ({ name, settings }) => {
      const query = new URLSearchParams({ fault: name });
      for (const [setting, value] of Object.entries(settings)) query.set(setting, String(value));
      const { clock, network } = createRig({ agent });
      const client = new NotesClient(network, clock);
      const signIn = client.signIn({}, `?${query.toString()}`);
      client.signIn();
      const answer = client.openVoice(client.create(), USER_SPEECH, `&${query.toString()}`);
      client.finish(answer, 10_000).cancel();
      return [{ data: signIn.body }, ...answer.chunks.map(({ bytes }) => ({ data: bytes }))];
    },
  ],
  soca: [
    SOCA_FAULTS,
    ({ name, settings }) => {
      const faults = [{ name: name as keyof typeof SOCA_FAULTS, ...settings }];
      const rig = createSocaRig({ agent, soca: { faults } });
      return converse(rig.connect(), rig.clock);
    },
  ],
};

/** What was sent; nothing when the fault was refused. */
function run(session: Session, fault: Case): readonly Pick<Received, 'data'>[] {
  try {
    return session(fault);
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'invalid-option') return [];
    throw error;
  }
}

describe.each(Object.entries(SESSIONS))('%s', (_vendor, [table, session]) => {
  test.each(Object.keys(table))('%s', (name) => {
    for (const fault of casesOf(table).filter((each) => each.name === name)) {
      const sent = run(session, fault);
      const sentBytes = sent.reduce((sum, { data }) => sum + data.length, 0);
      expect(sent.length, JSON.stringify(fault)).toBeLessThan(MAX_MESSAGES);
      expect(sentBytes, JSON.stringify(fault)).toBeLessThan(MAX_BYTES);
    }
  });
});

test.each([
  ['voiceApi', 'ready-twice'],
  ['amigo', 'no-ids'],
  ['amigoNotes', 'crlf'],
  ['soca', 'last-twice'],
])('%s: such a session has audio', (vendor, name) => {
  const sent = SESSIONS[vendor]?.[1]({ name, settings: {} }) ?? [];
  expect(sent.reduce((sum, { data }) => sum + data.length, 0)).toBeGreaterThan(2000);
});

test.each([
  { amigo: { faults: [{ name: 'tiny-pieces', count: 2001 }] } },
  { amigo: { faults: [{ name: 'huge-pieces', sizeBytes: 255 }] } },
  { amigoNotes: { faults: [{ name: 'odd-pieces', sizeBytes: 63 }] } },
  { amigoNotes: { faults: [{ name: 'long-line', sizeBytes: 2_097_153 }] } },
  { voiceApi: { faults: [{ name: 'odd-frames', sizeBytes: 0.5 }] } },
] as const)('%j is refused', (options) => {
  expect(() => createRig(options)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
});
