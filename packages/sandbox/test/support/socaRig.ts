// This file sets up a sandbox with Soca clients for tests on virtual time.
import type { Sentence } from '@voicewire/protocol/soca';
import type { SandboxBehaviour } from '../../src/core.ts';
import { loadMp3Codec } from '../../src/core.ts';
import type { Rig } from './rig.ts';
import { createRig } from './rig.ts';
import { TestClient } from './testClient.ts';

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

/** A rig whose clients speak Soca. */
export interface SocaRig extends Pick<Rig, 'clock' | 'sandbox' | 'network' | 'record' | 'verdicts'> {
  /** A client whose socket is open. @param query Without `?`. */
  open(query?: string, path?: string): SocaClient;
  /** A client that has got as far as `stt.ready`. */
  connect(query?: string, sessionId?: string): SocaClient;
}

/** Creates a rig; recording is on, and nobody talks unless `agent` says so. */
export function createSocaRig(behaviour: SandboxBehaviour = {}, delayMs = 0): SocaRig {
  const rig = createRig({ mp3, ...behaviour }, delayMs);
  const { clock, sandbox, network } = rig;
  const open = (query = '', path = '/voice-ws'): SocaClient => {
    const client = new SocaClient(network, clock, `ws://localhost:80${path}${query === '' ? '' : `?${query}`}`);
    clock.advanceMs(3 * delayMs);
    return client;
  };
  return {
    clock,
    sandbox,
    network,
    open,
    connect(query = '', sessionId = 'a-session') {
      const client = open(query);
      clock.advanceMs(1);
      client.start({ session_id: sessionId });
      clock.advanceMs(READY_MS + 2 * delayMs);
      return client;
    },
    get record() {
      return rig.record;
    },
    get verdicts() {
      return rig.verdicts;
    },
  };
}
