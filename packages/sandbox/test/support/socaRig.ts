// This file sets up a sandbox with Soca clients for tests on virtual time.
import { loadDsp } from '@voicewire/dsp-wasm';
import type { Sentence } from '@voicewire/protocol/soca';
import { FakeClock } from '@voicewire/testkit';
import type { ConnectionRecord, Sandbox, SandboxBehaviour } from '../../src/core.ts';
import { loadMp3Codec } from '../../src/core.ts';
import type { MemoryNetwork } from '../../src/memory.ts';
import { createMemoryNetwork, createRandom, createSandbox } from '../../src/memory.ts';
import { loadClips } from '../../src/node/loadClips.ts';
import { RIG_SEED } from './rig.ts';
import { TestClient } from './testClient.ts';

const dsp = await loadDsp();
const clips = await loadClips();
const mp3 = await loadMp3Codec();

/** The demo agent. */
export const AGENT_ID = '68aa00bb11cc22dd33ee44ff';
/** Long before `stt.ready` and after it, in ms. */
const READY_MS = 150;

/** A message of the server's, as on the wire. */
export interface Wire {
  readonly type?: string;
  readonly stepType?: string;
  readonly message?: string;
  readonly text?: string;
  readonly seq?: number | string;
  readonly reason?: string;
  readonly [field: string]: unknown;
}

/** A client that speaks the raw wire. */
export class SocaClient extends TestClient {
  /** JSON messages in order. */
  get messages(): readonly Wire[] {
    return this.texts.map((text) => JSON.parse(text) as Wire);
  }

  /** JSON messages of one `type` or `stepType`. */
  of(kind: string): readonly Wire[] {
    return this.messages.filter(({ type, stepType }) => type === kind || (type === undefined && stepType === kind));
  }

  /** `type` or `stepType` of all messages, repeats in a row once. */
  get course(): readonly string[] {
    const kinds = this.messages.map(({ type, stepType }) => String(type ?? stepType));
    return kinds.filter((kind, i) => kind !== kinds[i - 1]);
  }

  get sentences(): readonly Sentence[] {
    return this.of('sentence') as unknown as readonly Sentence[];
  }

  sendJson(message: unknown): void {
    this.send(JSON.stringify(message));
  }

  /** The documented first message; `fields` replace or add, `undefined` removes. */
  start(fields: Readonly<Record<string, unknown>> = {}): void {
    this.sendJson({
      type: 'start',
      private_key: 'demo-key',
      session_id: 'a-session',
      agent_id: AGENT_ID,
      lang: 'en',
      sr: 16_000,
      ...fields,
    });
  }
}

/** A sandbox on virtual time. */
export interface SocaRig {
  readonly clock: FakeClock;
  readonly sandbox: Sandbox;
  readonly network: MemoryNetwork;
  /** A client whose socket is open. @param query Without `?`. */
  open(query?: string, path?: string): SocaClient;
  /** A client that has got as far as `stt.ready`. */
  connect(query?: string, sessionId?: string): SocaClient;
  /** The latest connection. */
  readonly record: ConnectionRecord;
  /** Rule ids of the latest connection's violations, with their severities, e.g. `D-06 fatal`. */
  readonly verdicts: readonly string[];
}

/** Creates a rig; recording is on, and nobody talks unless `agent` says so. */
export function createSocaRig(behaviour: SandboxBehaviour = {}, delayMs = 0): SocaRig {
  const clock = new FakeClock(5000);
  const silent: SandboxBehaviour = { agent: () => ({}), record: true };
  const random = createRandom(RIG_SEED);
  const sandbox = createSandbox({ clock, random, dsp, clips, mp3, ...silent, ...behaviour });
  const network = createMemoryNetwork({ sandbox, clock, delayMs });
  const rig: SocaRig = {
    clock,
    sandbox,
    network,
    open(query = '', path = '/voice-ws') {
      const client = new SocaClient(network, clock, `ws://localhost:80${path}${query === '' ? '' : `?${query}`}`);
      clock.advanceMs(3 * delayMs);
      return client;
    },
    connect(query = '', sessionId = 'a-session') {
      const client = rig.open(query);
      clock.advanceMs(1);
      client.start({ session_id: sessionId });
      clock.advanceMs(READY_MS + 2 * delayMs);
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
