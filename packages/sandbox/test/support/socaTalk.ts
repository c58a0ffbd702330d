// This file is a Soca client made of the project's own protocol session and a socket in memory: no engine, no audio devices.
import type { ResumePoint, SessionCommand, SessionEvent, SessionStep, VendorSession } from '@voicewire/protocol';
import type { SocaKeyCredentials } from '@voicewire/protocol/soca';
import { parseSessionAnswer, sessionRequest, soca } from '@voicewire/protocol/soca';
import type { Socket } from '../../src/memory.ts';
import type { SocaRig } from './socaRig.ts';
import { AGENT_ID } from './socaRig.ts';
import { frameOf } from './testClient.ts';

const BASE_URL = 'http://localhost:80';

/** An event with its time on the rig's clock. */
export interface TimedEvent {
  readonly atMs: number;
  readonly event: SessionEvent;
}

/** Asks for a session over HTTP, as a server would that holds the key. */
export function createCredentials({ network }: SocaRig): SocaKeyCredentials {
  const privateKey = 'demo-key';
  const { method, url, headers } = sessionRequest({ agentId: AGENT_ID, privateKey, apiUrl: BASE_URL });
  const { status, body } = network.request({ method, url, headers });
  const answer = parseSessionAnswer(status, body);
  if (!answer.ok) throw new Error(`No session: ${status} ${body}`);
  return { privateKey, sessionId: answer.message.data.session_id };
}

/** One connection. */
export class SocaTalk {
  readonly events: TimedEvent[] = [];
  readonly closes: { code: number; verdict: string }[] = [];
  readonly #rig: SocaRig;
  readonly #session: VendorSession;
  readonly #socket: Socket;

  constructor(rig: SocaRig, credentials: SocaKeyCredentials, resume?: ResumePoint, query = '') {
    this.#rig = rig;
    const url = `ws://localhost:80/voice-ws${query}`;
    const vendor = soca({ agentId: AGENT_ID, url, language: 'en', credentials });
    this.#session = vendor.createSession(credentials, resume);
    this.#socket = rig.network.sockets.connect(vendor.connectionRequest(credentials), {
      onOpen: () => this.#take(this.#session.open()),
      onMessage: (data) => this.#take(this.#session.receive(data)),
      onClose: ({ code, reason }) => {
        const { code: verdict, retry } = this.#session.closed({ code, reason, wasOpen: true });
        this.closes.push({ code, verdict: `${verdict} ${retry}` });
      },
    });
    rig.clock.advanceMs(200);
  }

  get resumePoint(): ResumePoint | undefined {
    return this.#session.resumePoint();
  }

  /** Events of one type. */
  of<Type extends SessionEvent['type']>(type: Type): readonly Extract<SessionEvent, { type: Type }>[] {
    return this.events.flatMap(({ event }) =>
      event.type === type ? [event as Extract<SessionEvent, { type: Type }>] : [],
    );
  }

  /** Types of all events, repeats in a row once. */
  get course(): readonly string[] {
    const types = this.events.map(({ event }) => event.type);
    return types.filter((type, i) => type !== types[i - 1]);
  }

  /** Speaks in real time, moving the clock. */
  speak(pcm: Int16Array): void {
    for (let at = 0; at < pcm.length; at += 320) {
      this.command({ type: 'sendAudio', bytes: frameOf(pcm.subarray(at, at + 320)) });
      this.#rig.clock.advanceMs(20);
    }
  }

  keepSilent(ms: number): void {
    this.speak(new Int16Array(ms * 16));
  }

  /** False when the session refuses it. */
  command(command: SessionCommand): boolean {
    const result = this.#session.command(command);
    if (result.ok) this.#take(result.step);
    return result.ok;
  }

  hangUp(): void {
    this.command({ type: 'leave' });
    this.#socket.close(1000);
    this.#rig.clock.advanceMs(10);
  }

  #take({ send, events }: SessionStep): void {
    for (const event of events) this.events.push({ atMs: this.#rig.clock.nowMs(), event });
    for (const { payload } of send) this.#socket.send(payload);
  }
}
