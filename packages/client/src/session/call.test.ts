import { loadDsp } from '@voicewire/dsp-wasm';
import { describe, expect, test } from 'vitest';
import { createVoiceError, VoiceError } from '../errors.ts';
import * as callParts from './callParts.ts';
import type { CallPartsSource } from './engine.ts';
import type { SessionOptions } from './options.ts';
import { VoiceSession } from './session.ts';
import { FakeClock, hum, ScriptedAgent, VirtualMicrophone, VirtualSpeaker } from '../testing/index.ts';

const dsp = await loadDsp();

/** A session whose code comes as `load` says, over virtual time; `load` is called once per attempt that needs it. */
function createLateCall(load: (clock: FakeClock) => CallPartsSource, options: Partial<SessionOptions> = {}) {
  const clock = new FakeClock();
  const agent = new ScriptedAgent({ clock, script: [], capabilities: { turnDetector: 'client' } });
  const microphone = new VirtualMicrophone({ clock, dsp, sampleRate: 16_000 });
  const ports = { clock, sockets: agent.sockets, input: microphone, output: new VirtualSpeaker({ clock, dsp }) };
  const session = new VoiceSession(ports, { vendor: agent.vendor, ...options }, load(clock));
  const outcomeOf = (promise: Promise<void>): Promise<string> =>
    promise.then(
      () => 'done',
      (error: unknown) => (error instanceof VoiceError ? error.code : String(error)),
    );
  return { clock, agent, microphone, session, outcomeOf };
}

const after =
  (delayMs: number) =>
  (clock: FakeClock): CallPartsSource =>
  () =>
    new Promise((resolve) => clock.setTimer(delayMs, () => resolve(callParts)));

/** Samples that are no silence: above −60 dBFS. */
const loud = (agent: ScriptedAgent): number[] =>
  agent.heard.flatMap((pcm) => [...pcm]).filter((value) => Math.abs(value) > 33);
const loudOf = (samples: Float32Array): number[] =>
  [...samples].map((value) => Math.round(value * 32_768)).filter((value) => Math.abs(value) > 33);

describe('code that comes 300 ms after connect()', () => {
  test('loses not a sample of what is said from the first ms on, and microphone and status do not wait for it', async () => {
    const { clock, agent, microphone, session, outcomeOf } = createLateCall(after(300));
    const said = hum(450);
    microphone.say(said);
    const connected = outcomeOf(session.connect());
    expect(session.status).toBe('connecting');
    await clock.advance(200);
    expect(session.stats().input.framesCount).toBe(10);
    expect(session.stats().uplink).toBeNull();
    expect(session.getInputLevel()).toBeGreaterThan(0.5);
    await clock.advance(1_000);
    expect(await connected).toBe('done');
    expect(session.stats().connectMs).toBe(300);
    expect(loud(agent)).toEqual(loudOf(said));
    const ended = outcomeOf(session.disconnect());
    await clock.advance(2_000);
    expect(await ended).toBe('done');
    expect(clock.pendingTimers).toBe(0);
  });

  test('what was said while muted is not heard, although the mute was over when it came', async () => {
    const { clock, agent, microphone, session, outcomeOf } = createLateCall(after(300));
    const [secret, said] = [hum(100, { frequencyHz: 500 }), hum(120)];
    microphone.say(new Float32Array(320));
    microphone.say(secret);
    microphone.say(new Float32Array(640));
    microphone.say(said);
    session.setMicMuted(true);
    const connected = outcomeOf(session.connect());
    await clock.advance(140);
    session.setMicMuted(false);
    await clock.advance(1_000);
    expect(await connected).toBe('done');
    expect(loud(agent)).toEqual(loudOf(said));
    expect(session.stats().uplink?.mutedFrames).toBeGreaterThanOrEqual(5);
  });

  test('a turn that was ended meanwhile ends behind its audio', async () => {
    const { clock, agent, microphone, session, outcomeOf } = createLateCall(after(300));
    const said = hum(100);
    microphone.say(said);
    void session.connect();
    await clock.advance(140);
    let heardBefore = -1;
    const told = outcomeOf(
      session.endUserTurn().then(() => {
        heardBefore = loud(agent).length;
      }),
    );
    session.setMicMuted(true);
    await clock.advance(1_000);
    expect(await told).toBe('done');
    expect(heardBefore).toBe(loudOf(said).length);
    expect(agent.commands.map(({ type }) => type)).toEqual(['endUserTurn']);
  });
});

test('code that takes 2 s: the last 500 ms are kept, and every older frame is counted as dropped', async () => {
  const { clock, agent, session, outcomeOf } = createLateCall(after(2_000));
  const connected = outcomeOf(session.connect());
  await clock.advance(4_000);
  expect(await connected).toBe('done');
  const { uplink, input } = session.stats();
  expect(uplink?.droppedBeforeOpenFrames).toBe(75);
  expect((uplink?.passedFrames ?? 0) + 75).toBeGreaterThanOrEqual(input.framesCount - 3);
  expect(agent.heard.length).toBeGreaterThan(100);
});

test('disconnect() while it loads wins: nothing is left open, what comes later starts nothing, and a second call works', async () => {
  const { clock, agent, session, outcomeOf } = createLateCall(after(300));
  const connected = outcomeOf(session.connect());
  await clock.advance(100);
  const turn = outcomeOf(session.endUserTurn());
  const ended = outcomeOf(session.disconnect());
  await clock.advance(150);
  expect([await connected, await ended, await turn]).toEqual(['connect-aborted', 'done', 'not-connected']);
  expect(session.status).toBe('disconnected');
  // The loader's own timer.
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(1_000);
  expect(clock.pendingTimers).toBe(0);
  expect(agent.connection).toBeNull();
  expect(session.stats().uplink).toBeNull();

  const again = outcomeOf(session.connect());
  await clock.advance(1_000);
  expect(await again).toBe('done');
});

test('a call that starts while the code of an abandoned one is still on its way gets its own, and is connected once', async () => {
  const { clock, agent, session, outcomeOf } = createLateCall(after(300));
  const first = outcomeOf(session.connect());
  await clock.advance(100);
  void session.disconnect();
  await clock.advance(150);
  const second = outcomeOf(session.connect());
  await clock.advance(100);
  expect(session.stats().uplink).toBeNull();
  await clock.advance(1_000);
  expect([await first, await second]).toEqual(['connect-aborted', 'done']);
  expect(agent.commands).toEqual([]);
  expect(session.stats().connectMs).toBe(300);
});

test('code that does not come ends the attempt in its error, with everything released; the next connect() asks again', async () => {
  let asked = 0;
  const { clock, agent, session, outcomeOf } = createLateCall((theClock) => () => {
    asked += 1;
    if (asked > 1) return Promise.resolve(callParts);
    const fault = createVoiceError('code-load-failed', 'Offline.');
    return new Promise((_, reject) => theClock.setTimer(50, () => reject(fault)));
  });
  const statuses: string[] = [];
  session.on('statusChanged', ({ status }) => statuses.push(status));
  const first = outcomeOf(session.connect());
  await clock.advance(500);
  expect(await first).toBe('code-load-failed');
  expect(statuses).toEqual(['connecting', 'disconnecting', 'failed']);
  expect(clock.pendingTimers).toBe(0);
  expect(agent.connection).toBeNull();

  const second = outcomeOf(session.connect());
  await clock.advance(500);
  expect(await second).toBe('done');
  expect(asked).toBe(2);
});
