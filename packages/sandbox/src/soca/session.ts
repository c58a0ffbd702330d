// This file serves one connection of Soca's, from the open socket to its close.
import type { ServerMessage } from '@voicewire/protocol/soca';
import { CLOSE_CODES, encodeServerMessage } from '@voicewire/protocol/soca';
import { Breaches } from '../server/breaches.ts';
import type { ServerSocket, ServerSocketEvents, SocketClose } from '../server/connection.ts';
import type { FaultSettings } from '../server/faultPlan.ts';
import { MAX_MESSAGE_BYTES, MAX_UNSENT_BYTES } from '../server/limits.ts';
import { sizeOfMessage } from '../server/messageSize.ts';
import { TimerSet } from '../server/timerSet.ts';
import type { SocaBreaches } from './breaches.ts';
import { TOO_BIG_CLOSE_CODE, judgeClose } from './breaches.ts';
import type { TextKind } from './clientText.ts';
import { kindOfText } from './clientText.ts';
import { Dialogue } from './dialogue.ts';
import type { SocaFaultName } from './faults.ts';
import { Opening, POLICY_CLOSE_CODE } from './opening.ts';
import { RULES } from './rules.ts';
import type { KnownSession, SessionEnding } from './sessionBook.ts';
import type { SocaSessionPorts } from './sessionPorts.ts';
import { UplinkAudio } from './uplinkAudio.ts';

/** The vendor names no close code but 1000; these are of RFC 6455 and its registry. */
const BAD_DATA_CLOSE_CODE = 1003;
const SHUTDOWN_CLOSE_CODE = 1012;
/** A client that sends nothing for so long is let go, in ms. */
const MAX_IDLE_MS = 120_000;
/** What was on its way when the session ended may still arrive, in ms. */
const AFTER_END_GRACE_MS = 1000;
/** What a client may keep until `stt.ready`; the second after a loss, in ms. */
const MAX_PRE_ROLL_MS = 500;
const MAX_BACKLOG_MS = 1500;

/** Where a session stands. */
export type SocaState =
  /** The socket is open, `start` is awaited. */
  | 'opening'
  /** `start` was taken. */
  | 'starting'
  /** `stt.ready` was sent. */
  | 'listening'
  /** Our close frame is sent. */
  | 'closing'
  | 'closed';

/**
 *   state      input                        next       sent
 *   opening    good start                   starting
 *   opening    anything else, or 5 s        closing    error, close 1008 (or stays, with an error)
 *   starting   readyDelayMs                 starting   ready
 *   starting   sttReadyDelayMs after that   listening  stt.ready, then what the agent says
 *   listening  audio, stop, barge           listening  what the dialogue makes of it
 *   listening  agent hangs up, idle         closing    close 1000
 *   any        drain                        closing    close 1012
 *   any        socket closes                closed
 */
export class SocaSession implements ServerSocketEvents {
  readonly #ports: SocaSessionPorts;
  readonly #socket: ServerSocket;
  readonly #timers: TimerSet;
  readonly #breaches: SocaBreaches;
  readonly #opening: Opening;
  #known: KnownSession | undefined;
  #uplink: UplinkAudio | undefined;
  #dialogue: Dialogue | undefined;
  #lastInboundAtMs = 0;
  #endedAtMs = 0;
  #hasReportedEarly = false;
  /** How the connection ended, once we have ended it. */
  #ending: SessionEnding | undefined;
  /** Another socket takes the session over. */
  readonly #closeForAnother = (): void => this.#close(POLICY_CLOSE_CODE);

  constructor(socket: ServerSocket, ports: SocaSessionPorts) {
    this.#socket = socket;
    this.#ports = ports;
    this.#timers = new TimerSet(ports.services.clock);
    this.#breaches = new Breaches(ports.ledger, RULES, ports.conditions.policy);
    this.#opening = new Opening(ports, this.#timers, this.#breaches, {
      send: (message) => this.#send(message),
      closeLater: (delayMs, code) => this.#closeLater(delayMs, code),
      watchIdle: () => this.#watchIdle(MAX_IDLE_MS),
      begun: (session) => this.#begun(session),
      listen: (session) => this.#listen(session),
    });
  }

  get state(): SocaState {
    return this.#ports.ledger.state as SocaState;
  }

  onMessage(data: string | Uint8Array): void {
    if (this.state === 'closed') return;
    const { ledger, services } = this.#ports;
    const sizeBytes = sizeOfMessage(data);
    const frame = ledger.frameArrived(typeof data === 'string' ? 'text' : 'binary', sizeBytes);
    this.#lastInboundAtMs = services.clock.nowMs();
    const type = sizeBytes > MAX_MESSAGE_BYTES ? this.#refuseTooBig(sizeBytes) : this.#take(data);
    ledger.frameHandled(frame, type);
  }

  onClose(close: SocketClose): void {
    if (this.state === 'closed') return;
    // Once our close frame is out, the code that comes back is only its echo.
    if (this.state !== 'closing') judgeClose(close, this.#breaches);
    this.#leave('closed', close.code === CLOSE_CODES.ended ? 'ended-by-client' : 'lost');
    this.#ports.ledger.recordClose(close);
    this.#ports.onClosed();
  }

  /** The server shuts down. */
  drain(): void {
    if (this.state !== 'closing' && this.state !== 'closed') this.#close(SHUTDOWN_CLOSE_CODE);
  }

  // ── what the client sends ────────────────────────────────────────────────────────────────────────────────────────

  /** @returns The message's type, for the record. */
  #take(data: string | Uint8Array): string {
    const kind = typeof data === 'string' ? kindOfText(data) : undefined;
    switch (this.state) {
      case 'opening':
        this.#opening.take(data);
        break;
      case 'starting':
      case 'listening':
        if (kind === undefined) this.#takeAudio(data as Uint8Array);
        else this.#takeText(kind);
        break;
      case 'closing':
      case 'closed':
        this.#takeAfterEnd(data);
    }
    return kind === undefined || kind === 'audio' ? 'audio' : kind === 'other' ? 'unknown' : kind;
  }

  #takeAudio(bytes: Uint8Array): void {
    if (this.#uplink === undefined) return this.#reportEarly('audio');
    if (bytes.length === 0) return this.#breaches.add('D-06', 'an empty message', 'strict');
    if (bytes.length % 2 === 1) {
      this.#breaches.add('D-06', `${bytes.length} bytes: an odd length cuts a sample in two`);
      if (this.#ports.settings.oddAudio === 'close' && this.#breaches.isEnforced) this.#close(BAD_DATA_CLOSE_CODE);
      return;
    }
    this.#dialogue?.hear(this.#uplink.receive(bytes));
  }

  #takeText(kind: TextKind): void {
    switch (kind) {
      case 'start':
        return this.#complain('D-07', 'start a second time', 'already started');
      case 'audio':
        return this.#complain('D-08', 'audio as text', 'audio must be binary');
      case 'other':
        return this.#complain('D-07', 'text that is neither stop nor barge', 'unknown message');
      case 'stop':
      case 'barge':
        if (this.#dialogue === undefined) return this.#reportEarly(kind);
        if (kind === 'stop') this.#dialogue.stop();
        else this.#takeBarge(this.#dialogue);
    }
  }

  #takeBarge(dialogue: Dialogue): void {
    const target = dialogue.barge();
    if (target === 'repeated') this.#breaches.add('D-12', 'barge again for the same reply');
    else if (target === 'silence') this.#breaches.add('D-12', 'barge while nothing is said', 'note');
  }

  #takeAfterEnd(data: string | Uint8Array): void {
    const lateMs = this.#ports.services.clock.nowMs() - this.#endedAtMs;
    if (lateMs <= AFTER_END_GRACE_MS) return;
    const what = typeof data === 'string' ? 'text' : 'audio';
    this.#breaches.add('D-17', `${what} ${Math.round(lateMs)} ms after the end`);
  }

  /** Once: audio comes 50 times a second. */
  #reportEarly(what: string): void {
    if (this.#hasReportedEarly) return;
    this.#hasReportedEarly = true;
    this.#breaches.add('D-04', `${what} before stt.ready`);
  }

  /** Records a breach; enforced, the client hears of it. The session goes on. */
  #complain(ruleId: 'D-07' | 'D-08', detail: string, message: string): void {
    this.#breaches.react(ruleId, detail, () => this.#send({ type: 'error', message }));
  }

  #refuseTooBig(sizeBytes: number): string {
    this.#breaches.add('D-17', `a message of ${sizeBytes} bytes, wanted at most ${MAX_MESSAGE_BYTES}`);
    if (this.state !== 'closing' && this.#breaches.isEnforced) this.#close(TOO_BIG_CLOSE_CODE);
    return 'oversized';
  }

  // ── what the server does ─────────────────────────────────────────────────────────────────────────────────────────

  #begun(session: KnownSession): void {
    this.#known = session;
    this.#ports.sessions.opened(session, this.#closeForAnother);
    this.#ports.ledger.state = 'starting';
  }

  #listen(session: KnownSession): void {
    const { services, ledger, settings, faults, conditions, mp3 } = this.#ports;
    const stateBefore = this.state;
    ledger.state = 'listening';
    this.#send({ type: 'stt.ready' }, stateBefore);
    const maxBacklogMs = session.ending === 'lost' ? MAX_BACKLOG_MS : MAX_PRE_ROLL_MS;
    this.#uplink = new UplinkAudio(services.clock, ledger, this.#breaches, maxBacklogMs);
    const firstSeq = faults.has('seq-from-zero') ? 0 : 1;
    this.#dialogue = new Dialogue({
      services,
      settings,
      faults,
      createAgent: conditions.createAgent,
      random: conditions.random,
      ledger,
      mp3,
      firstSeq: faults.has('seq-restart') ? firstSeq : (session.nextSeq ?? firstSeq),
      send: (message) => this.#send(message),
      hangUp: () => this.#close(CLOSE_CODES.ended),
    });
    this.#scheduleFaults();
    this.#dialogue.start();
  }

  #scheduleFaults(): void {
    const schedule = (name: SocaFaultName, act: (fault: FaultSettings) => void): void => {
      const fault = this.#ports.faults.find(name);
      if (fault !== undefined) this.#timers.set(fault.delayMs, () => act(fault));
    };
    schedule('stt-ready-twice', () => this.#send({ type: 'stt.ready' }));
    schedule('late-error', () => this.#send({ type: 'error', message: 'Coffee was spilled, going on anyway' }));
    schedule('non-json-text', () => this.#sendRaw('this is not JSON', 'malformed'));
    schedule('unknown-type', () => this.#sendRaw('{"type":"weather.report","sky":"clear"}', 'weather.report'));
    schedule('unknown-step', () => this.#sendRaw('{"stepType":"thought","text":"hmm"}', 'thought'));
    schedule('both-keys', () => this.#sendRaw('{"type":"weather.report","stepType":"thought"}', 'weather.report'));
    schedule('binary-down', () => this.#sendRaw(new Uint8Array(640), 'audio'));
    schedule('closed', ({ closeCode }) => this.#close(closeCode));
    schedule('dropped', () => this.#drop());
  }

  #send(message: ServerMessage, stateBefore?: SocaState): void {
    this.#sendRaw(encodeServerMessage(message), message.type, stateBefore);
  }

  #sendRaw(data: string | Uint8Array, type: string, stateBefore?: SocaState): void {
    if (this.state === 'closing' || this.state === 'closed') return;
    this.#socket.send(data);
    const opcode = typeof data === 'string' ? 'text' : 'binary';
    this.#ports.ledger.frameSent(opcode, sizeOfMessage(data), type, stateBefore);
    if (this.#socket.bufferedAmountBytes <= MAX_UNSENT_BYTES) return;
    const detail = `the client left ${this.#socket.bufferedAmountBytes} bytes unread and was dropped`;
    this.#breaches.addWithoutFrame('D-17', detail);
    this.#drop();
  }

  #closeLater(delayMs: number, code: number): void {
    if (delayMs === 0) this.#close(code);
    else if (delayMs > 0) this.#timers.set(delayMs, () => this.#close(code));
  }

  #close(code: number): void {
    this.#leave('closing', code === CLOSE_CODES.ended ? 'ended' : 'lost');
    this.#socket.close(code, '');
  }

  #drop(): void {
    this.#leave('closing', 'lost');
    this.#socket.terminate();
  }

  /** One timer per session, set anew for the rest instead of per message. */
  #watchIdle(waitMs: number): void {
    this.#timers.set(waitMs, () => {
      const restMs = this.#lastInboundAtMs + MAX_IDLE_MS - this.#ports.services.clock.nowMs();
      if (restMs > 0) this.#watchIdle(restMs);
      else this.#close(CLOSE_CODES.ended);
    });
  }

  /** Stops every timer, the agent and the checks. */
  #leave(next: 'closing' | 'closed', ending: SessionEnding): void {
    const nowMs = this.#ports.services.clock.nowMs();
    this.#timers.clearAll();
    this.#uplink?.end();
    this.#uplink = undefined;
    if (this.#known !== undefined && this.#dialogue !== undefined) this.#known.nextSeq = this.#dialogue.nextSeq;
    this.#dialogue?.close();
    this.#dialogue = undefined;
    if (this.#ending === undefined) {
      this.#ending = ending;
      this.#endedAtMs = nowMs;
      if (this.#known !== undefined)
        this.#ports.sessions.closed(this.#known, this.#closeForAnother, ending, next === 'closing', nowMs);
    }
    this.#ports.ledger.state = next;
  }
}
