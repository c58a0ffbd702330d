// This file sets up a sandbox with its network, clock and clients for tests on virtual time.
import { loadDsp } from '@voicewire/dsp-wasm';
import { FakeClock, createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import type { ConnectionRecord, Sandbox, SandboxBehaviour, SandboxOptions } from '../../src/core.ts';
import type { VoiceApiFaultName, MemoryNetwork } from '../../src/memory.ts';
import { createMemoryNetwork, createRandom, createSandbox } from '../../src/memory.ts';
import { loadClips } from '../../src/node/loadClips.ts';
import { TestClient } from './testClient.ts';

const dsp = await loadDsp();
const clips = await loadClips();

/** Printed by tests that fail: the same seed gives the same run. */
export const RIG_SEED = 20_261_121;

/** A sandbox on virtual time. */
export interface Rig {
  readonly clock: FakeClock;
  readonly sandbox: Sandbox;
  readonly network: MemoryNetwork;
  /** A client whose socket is open. */
  openClient(url?: string, subprotocols?: readonly string[]): TestClient;
  /** A client that has got as far as `connected`. */
  connectClient(faults?: readonly VoiceApiFaultName[]): TestClient;
  /** The latest connection. */
  readonly record: ConnectionRecord;
  /** Rule ids of the latest connection's violations, with their severities, e.g. `C-08 fatal`. */
  readonly verdicts: string[];
}

/** Creates a rig; recording is on, and nobody talks unless `agent` says so. */
export function createRig(behaviour: SandboxBehaviour & Pick<SandboxOptions, 'mp3'> = {}, delayMs = 0): Rig {
  const clock = new FakeClock(5000);
  const silent: SandboxBehaviour = { agent: () => ({}), record: true };
  const random = createRandom(RIG_SEED);
  const sandbox = createSandbox({ clock, random, dsp, clips, ...silent, ...behaviour });
  const network = createMemoryNetwork({ sandbox, clock, delayMs });
  const rig: Rig = {
    clock,
    sandbox,
    network,
    openClient(url = network.issueVoiceApiCredentials().ws_url, subprotocols = []) {
      const client = new TestClient(network, clock, url, subprotocols);
      clock.advanceMs(3 * delayMs);
      return client;
    },
    connectClient(faults = []) {
      const { token, ws_url } = network.issueVoiceApiCredentials(faults);
      const client = rig.openClient(ws_url);
      client.sendToken(token);
      clock.advanceMs(20 + 2 * delayMs);
      return client;
    },
    get record() {
      const record = sandbox.ledger.connections.at(-1);
      if (record === undefined) throw new Error('No connection was accepted.');
      return record;
    },
    get verdicts() {
      return rig.record.violations.map(({ ruleId, severity }) => `${ruleId} ${severity}`);
    },
  };
  return rig;
}

/** Speech-like audio at 16 kHz. */
export function makeUserSpeech(durationMs: number, seed = RIG_SEED, amplitudeRatio = 0.5): Int16Array {
  const speech = makeSpeechLike({ random: createSeededRandom(seed), sampleRate: 16_000, durationMs, amplitudeRatio });
  return Int16Array.from(speech, (x) => Math.max(-32_768, Math.min(32_767, Math.round(x * 32_768))));
}
