// This file is part B of the fault catalogue: what can go wrong while the user and the agent talk.
import { speaker } from '@voicewire/sandbox/memory';
import { expect } from 'vitest';
import type { ErrorCode } from '../../../src/index.ts';
import type { Observation } from '../observation.ts';
import {
  ALL,
  expectEnding,
  expectReturn,
  expectUndisturbed,
  HELD_UP,
  play,
  type Fault,
  type Scene,
  type SceneOptions,
  type VendorId,
} from './fault.ts';

/** The agent says one long line as soon as it may. */
const TALKATIVE = { agent: speaker(), amigo: { dropHoldMs: 0 } };
/** The handshake of the slowest vendor in memory, and an immediate retry. */
const AT_ONCE_MS = 125;
/** Restarting servers send everybody away: their clients come back spread over so long. */
const SPREAD_MS = 2_000;

/** Plays a server's close after a second. */
const closing = (vendor: VendorId, closeCode: number, durationMs = 4_000): Promise<Scene> =>
  play({ vendor, first: [{ impair: `closeAtMs=1000,closeCode=${closeCode}` }], durationMs });

/** Hears a fault in the agent's audio out, and the same without it. */
async function hearBoth(vendor: VendorId, options: Omit<SceneOptions, 'vendor'>): Promise<[Scene, Scene]> {
  const quiet = { vendor, sandbox: TALKATIVE, durationMs: 6_000 };
  const sound = await play(quiet);
  const faulty = await play({ ...quiet, ...options });
  return [sound, faulty];
}

const writtenSamples = (scene: Scene): number => scene.session.stats().output.writtenSamples;

/** A server that gives each user one place, and has noticed nothing, keeps it for half a minute: there is no way back yet. */
function expectReturnUnlessHeld(scene: Scene, vendor: VendorId): void {
  if (vendor === 'amigo') expect(scene.session.status).toBe('reconnecting');
  else expectReturn(scene, 1_000);
}

/** What each vendor's pages, or RFC 6455, make of a close code: the code that the session ends with, or null for a return. */
type Verdicts = Readonly<Record<VendorId, ErrorCode | null>>;

function closeFault(
  number: number,
  name: string,
  expects: string,
  closeCode: number,
  verdicts: Verdicts,
  returnsWithinMs: number,
): Fault {
  return {
    number,
    name,
    expects,
    vendors: ALL,
    async meet(vendor) {
      const scene = await closing(vendor, closeCode, 2_000 + returnsWithinMs);
      const code = verdicts[vendor];
      if (code === null) expectReturn(scene, returnsWithinMs);
      else {
        expectEnding(scene, code, 'failed');
        expect(scene.errors()).toEqual([code]);
        expect(scene.eventsOf('error')[0]?.details).toMatchObject({ closeCode });
      }
      await scene.close(HELD_UP);
    },
  };
}

export const ESTABLISHED: readonly Fault[] = [
  {
    number: 17,
    name: 'the connection is reset in mid-turn',
    expects: 'says reconnecting in the same tick, is back after one handshake, and plays out what it has',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({
        vendor,
        sandbox: TALKATIVE,
        first: [{ scenario: 'fault17-reset' }],
        durationMs: 3_000,
      });
      expectReturn(scene, AT_ONCE_MS);
      expect(scene.session.stats().output.discardedSamples).toBe(0);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 18,
    name: 'the server closes with 1000 in mid-turn',
    expects: 'ends with server-ended, and does not come back',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({
        vendor,
        sandbox: TALKATIVE,
        first: [{ scenario: 'fault18-clean-close' }],
        durationMs: 4_000,
      });
      expectEnding(scene, 'server-ended', 'disconnected');
      expect(scene.errors()).toEqual([]);
      await scene.close(HELD_UP);
    },
  },
  closeFault(
    19,
    'the server restarts (1012)',
    'comes back at a random time within 2 s',
    1012,
    { 'voice-api': null, amigo: null, soca: null },
    SPREAD_MS + AT_ONCE_MS,
  ),
  {
    number: 20,
    name: 'the server says try again later (1013)',
    expects: 'comes back, and not before 5 s have passed',
    vendors: ALL,
    async meet(vendor) {
      const scene = await closing(vendor, 1013, 12_000);
      expect(expectReturn(scene, 10_000)).toBeGreaterThanOrEqual(5_000);
      await scene.close(HELD_UP);
    },
  },
  closeFault(
    21,
    'the server says that a policy was broken (1008)',
    'ends with closed-by-server, and does not come back',
    1008,
    { 'voice-api': 'closed-by-server', amigo: 'closed-by-server', soca: 'closed-by-server' },
    0,
  ),
  closeFault(
    22,
    'the server says that a message was too big (1009)',
    'ends with a bug report’s code, and does not come back',
    1009,
    { 'voice-api': 'closed-by-server', amigo: 'message-rejected', soca: 'closed-by-server' },
    0,
  ),
  closeFault(
    23,
    'the server fails (1011)',
    'comes back at once',
    1011,
    { 'voice-api': null, amigo: null, soca: null },
    AT_ONCE_MS,
  ),
  closeFault(
    24,
    'the server closes with a code that no page lists (4999)',
    'ends where the vendor’s own codes of that kind are final, comes back elsewhere, and tells the code',
    4999,
    { 'voice-api': null, amigo: 'closed-by-server', soca: null },
    AT_ONCE_MS,
  ),
  {
    number: 25,
    name: 'the other end vanishes without a sign',
    expects: 'notices within 2.5 s while the microphone is live, and comes back',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ impair: 'halfOpenAtMs=1000' }], durationMs: 6_000 });
      const [lostMs = Infinity] = scene.statusTimesMs('reconnecting');
      expect(lostMs - 1_000, 'ms until it was noticed').toBeLessThanOrEqual(2_500);
      expectReturnUnlessHeld(scene, vendor);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 29,
    name: 'the user is muted for longer than the vendor waits',
    expects: 'keeps the session with zeros, or with the vendor’s own sign of life',
    vendors: ALL,
    async meet(vendor) {
      const isManual = vendor === 'amigo';
      const scene = await play({
        vendor: isManual ? { id: 'amigo', options: { turnMode: 'manual' } } : vendor,
        sandbox: { agent: speaker() },
        durationMs: 1_000,
      });
      scene.call('setMicMuted', true);
      await scene.clock.advance(40_000);
      expect(scene.statuses()).toEqual(['connecting', 'connected']);
      await scene.close();
    },
  },
  {
    number: 30,
    name: 'the server stops reading',
    expects: 'drops the oldest silence beyond 200 ms and says how much; a second of it is a lost connection',
    vendors: ALL,
    async meet(vendor) {
      const short = await play({
        vendor,
        first: [{ impair: 'stopReadingAtMs=1000,stopReadingForMs=700' }],
        durationMs: 4_000,
      });
      expectUndisturbed(short);
      const droppedMs = short.eventsOf('congested').reduce((sum, event) => sum + event.droppedMs, 0);
      expect(droppedMs).toBeGreaterThanOrEqual(400);
      expect(droppedMs).toBeLessThanOrEqual(700);
      await short.close(HELD_UP);
      const long = await play({ vendor, first: [{ scenario: 'fault30-not-reading' }], durationMs: 8_000 });
      const [lostMs = Infinity] = long.statusTimesMs('reconnecting');
      expect(lostMs).toBeLessThanOrEqual(1_000 + 2_000);
      expectReturnUnlessHeld(long, vendor);
      await long.close(HELD_UP);
    },
  },
  {
    number: 31,
    name: 'the uplink carries 40 % of what it should',
    expects: 'drops with a report, to the frame, and never falls further behind',
    vendors: ALL,
    async meet(vendor) {
      // Open for 400 ms of each second; what was held up arrives at once.
      const scene = await play({
        vendor,
        first: [{ impair: 'stopReadingAtMs=500,stopReadingForMs=600' }],
        durationMs: 5_000,
      });
      const { congestedFrames = 0 } = scene.session.stats().uplink ?? {};
      const droppedMs = scene.eventsOf('congested').reduce((sum, event) => sum + event.droppedMs, 0);
      expect(droppedMs).toBe(congestedFrames * 20);
      expect(droppedMs).toBeGreaterThan(0);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 32,
    name: 'a listener of the program blocks for 500 ms',
    expects: 'takes it for no fault of the connection, and loses no sample of the agent',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, sandbox: TALKATIVE, durationMs: 500 });
      scene.session.on('agentSpeechStarted', () => scene.clock.sleep(500));
      await scene.clock.advance(4_000);
      expectUndisturbed(scene);
      expect(scene.session.stats().output.discardedSamples).toBe(0);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 33,
    name: 'the agent’s speech comes much faster than real time',
    expects: 'plays all of it at its own pace, and drops nothing',
    vendors: ALL,
    async meet(vendor) {
      const [sound, faulty] = await hearBoth(vendor, { first: [{ scenario: 'fault33-burst' }] });
      expectUndisturbed(faulty);
      expect(writtenSamples(faulty)).toBeGreaterThanOrEqual(writtenSamples(sound));
      expect(faulty.session.stats().output.discardedSamples).toBe(0);
      await sound.close();
      await faulty.close();
    },
  },
  {
    number: 34,
    name: 'the agent’s speech pauses for 800 ms in mid-sentence',
    expects: 'loses no sample, and goes on',
    vendors: ALL,
    async meet(vendor) {
      const [, faulty] = await hearBoth(vendor, { first: [{ scenario: 'fault34-pause' }] });
      expectUndisturbed(faulty);
      expect(faulty.session.stats().output.discardedSamples).toBe(0);
      await faulty.close(HELD_UP);
    },
  },
  {
    number: 35,
    name: 'the agent’s speech comes slower than real time',
    expects: 'loses no sample, and goes on',
    vendors: ALL,
    async meet(vendor) {
      const [, faulty] = await hearBoth(vendor, { first: [{ scenario: 'fault35-slow-sender' }] });
      expectUndisturbed(faulty);
      expect(faulty.session.stats().output.discardedSamples).toBe(0);
      await faulty.close();
    },
  },
  {
    number: 36,
    name: 'audio comes twice',
    expects: 'plays it once, where the vendor numbers it',
    vendors: ['amigo', 'soca'],
    async meet(vendor) {
      const [sound, faulty] = await hearBoth(vendor, { first: [{ impair: 'duplicateRatio=0.3' }] });
      expect(writtenSamples(faulty)).toBe(writtenSamples(sound));
      await faulty.close();
    },
  },
  {
    number: 37,
    name: 'numbered pieces are missing',
    expects: 'plays the others, in order',
    vendors: ['amigo', 'soca'],
    async meet(vendor) {
      const [sound, faulty] = await hearBoth(vendor, { first: [{ scenario: 'fault37-missing-chunks' }] });
      expect(faulty.statuses()).toEqual(['connecting', 'connected']);
      expect(faulty.eventsOf('agentSpeechStarted').length).toBeGreaterThan(0);
      expect(writtenSamples(faulty)).toBeLessThan(writtenSamples(sound));
      await faulty.close();
    },
  },
  {
    number: 38,
    name: 'PCM is cut in mid-sample',
    expects: 'carries the byte over, and reports it once',
    vendors: ['voice-api', 'amigo'],
    async meet(vendor) {
      const [sound, faulty] = await hearBoth(vendor, { first: [{ scenario: 'fault38-odd-bytes' }] });
      expectUndisturbed(faulty, ['odd-audio-length']);
      expect(writtenSamples(faulty)).toBe(writtenSamples(sound));
      await faulty.close();
    },
  },
  {
    number: 39,
    name: 'audio comes in other lengths than documented, and in empty messages',
    expects: 'plays it all the same, and itself sends only messages of the vendor’s length',
    vendors: ALL,
    async meet(vendor) {
      const sent = new Set<number>();
      const watch = {
        id: 'lengths',
        holds: '',
        watch: () => ({
          see: (seen: Observation) => {
            if (seen.type === 'audioSent') sent.add(seen.frames.length);
          },
        }),
      };
      const { INVARIANTS } = await import('../invariants/index.ts');
      const scene = await play({
        vendor,
        sandbox: TALKATIVE,
        first: [{ scenario: 'fault39-frame-sizes' }],
        invariants: [...INVARIANTS, watch],
      });
      expect(scene.statuses()).toEqual(['connecting', 'connected']);
      expect(scene.eventsOf('agentSpeechStarted').length).toBeGreaterThan(0);
      expect([...sent]).toEqual([vendor === 'amigo' ? 3 : 1]);
      await scene.close();
    },
  },
  {
    number: 40,
    name: 'audio comes at another rate than announced',
    expects: 'plays none of it at the wrong pitch, and says so once',
    vendors: ['soca'],
    async meet(vendor) {
      const scene = await play({ vendor, sandbox: TALKATIVE, first: [{ scenario: 'fault40-other-rate' }] });
      expect(scene.statuses()).toEqual(['connecting', 'connected']);
      expect(scene.errors()).toEqual(['unexpected-sample-rate']);
      expect(writtenSamples(scene)).toBe(0);
      await scene.close();
    },
  },
  {
    number: 41,
    name: 'MP3 is cut at any byte, with a tag in front',
    expects: 'decodes it to the same length',
    vendors: ['soca'],
    async meet(vendor) {
      const [sound, faulty] = await hearBoth(vendor, { first: [{ scenario: 'fault41-mp3-cut-anywhere' }] });
      expectUndisturbed(faulty);
      const ratio = writtenSamples(faulty) / writtenSamples(sound);
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
      await faulty.close();
    },
  },
  {
    number: 42,
    name: 'a frame of MP3 is damaged',
    expects: 'loses no more than two frames of that sentence, and goes on',
    vendors: ['soca'],
    async meet(vendor) {
      const [sound, faulty] = await hearBoth(vendor, { first: [{ scenario: 'fault42-corrupt-mp3' }] });
      expectUndisturbed(faulty);
      expect(writtenSamples(faulty)).toBeGreaterThan(writtenSamples(sound) * 0.8);
      await faulty.close();
    },
  },
  {
    number: 43,
    name: 'base64 comes without padding, with line breaks, as a data URL',
    expects: 'decodes it',
    vendors: ['soca'],
    async meet(vendor) {
      const [sound, faulty] = await hearBoth(vendor, { first: [{ scenario: 'fault43-odd-base64' }] });
      expectUndisturbed(faulty);
      expect(writtenSamples(faulty)).toBeGreaterThan(writtenSamples(sound) * 0.9);
      await faulty.close();
    },
  },
  {
    number: 45,
    name: 'messages are malformed',
    expects: 'drops them, says so, and goes on',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, sandbox: TALKATIVE, first: [{ impair: 'malformedRatio=0.3' }] });
      expect(scene.statuses()).toEqual(['connecting', 'connected']);
      expect(new Set(scene.errors())).toContain('malformed-message');
      expect(scene.eventsOf('agentSpeechStarted').length).toBeGreaterThan(0);
      await scene.close();
    },
  },
  {
    number: 47,
    name: 'messages are of unknown types and have unknown fields',
    expects: 'tells of the types, ignores the rest, and goes on',
    vendors: ALL,
    async meet(vendor) {
      const first = vendor === 'voice-api' ? [] : [{ scenario: 'fault47-unknown-messages' }];
      const faultsOfAttempt = () => ['unknown-message'] as const;
      const scene = await play({ vendor, first, ...(vendor === 'voice-api' && { faultsOfAttempt }) });
      expectUndisturbed(scene);
      expect(scene.eventsOf('unknownMessage').length).toBeGreaterThan(0);
      await scene.close();
    },
  },
];
