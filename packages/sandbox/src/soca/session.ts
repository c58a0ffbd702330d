// This file serves one connection of Soca's, from the open socket to its close.
import type { ServerMessage } from '@voicewire/protocol/soca';
import { CLOSE_CODES, ERROR_MESSAGES, encodeServerMessage } from '@voicewire/protocol/soca';
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import { Breaches } from '../server/breaches.ts';
import type { Conditions } from '../server/conditions.ts';
import type { ServerSocket, ServerSocketEvents, SocketClose } from '../server/connection.ts';
import type { FaultPlan, FaultSettings } from '../server/faultPlan.ts';
import { MAX_MESSAGE_BYTES, MAX_UNSENT_BYTES } from '../server/limits.ts';
import { sizeOfMessage } from '../server/messageSize.ts';
import { TimerSet } from '../server/timerSet.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import type { Mp3Speech } from '../speech/mp3Speech.ts';
import type { SocaBreaches } from './breaches.ts';
import { TOO_BIG_CLOSE_CODE, judgeClose } from './breaches.ts';
import type { TextKind } from './clientText.ts';
import { kindOfText } from './clientText.ts';
import { Dialogue } from './dialogue.ts';
import type { SocaFaultName } from './faults.ts';
import type { SocaSettings } from './options.ts';
import { RULES } from './rules.ts';
import type { KnownSession, SessionBook, SessionEnding } from './sessionBook.ts';
import { judgeStart } from './startMessage.ts';
import { UplinkAudio } from './uplinkAudio.ts';

/** The vendor names no close code but 1000; these are those of RFC 6455 and its registry. */
const POLICY_CLOSE_CODE = 1008;
const BAD_DATA_CLOSE_CODE = 1003;
const SHUTDOWN_CLOSE_CODE = 1012;
/** A client that sends nothing for so long is let go, in ms. */
const MAX_IDLE_MS = 120_000;
/** What was on its way when the session ended may still arrive, in ms. */
const AFTER_END_GRACE_MS = 1000;
/** What a client may keep until `stt.ready`; the second after a loss, in ms. */
const MAX_PRE_ROLL_MS = 500;
const MAX_BACKLOG_MS = 1500;
const SETUP_ERROR = 'Could not start the session';

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

/** What a session needs besides its socket. */
export interface SocaSessionPorts {
  readonly services: SandboxServices;
  readonly settings: SocaSettings;
  readonly conditions: Conditions;
  readonly sessions: SessionBook;
  readonly ledger: ConnectionLedger;
  readonly faults: FaultPlan<SocaFaultName>;
  readonly mp3: Mp3Speech;
  onClosed(): void;
}

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
  #known: KnownSession | undefined;
  #uplink: UplinkAudio | undefined;
  #dialogue: Dialogue | undefined;
  #lastInboundAtMs = 0;
  #endedAtMs = 0;
  #hasReportedEarly = false;
  /** How the connection ended, once we have ended it. */
  #ending: SessionEnding | undefined;

  constructor(socket: ServerSocket, ports: SocaSessionPorts) {
    this.#socket = socket;
    this.#ports = ports;
    this.#timers = new TimerSet(ports.services.clock);
    this.#breaches = new Breaches(ports.ledger, RULES, ports.conditions.policy);
    this.#awaitStart();
  }

  get state(): SocaState {
    return this.#ports.ledger.state as SocaState;
  }

  onMessage(data: string | Uint8Array): void {
    if (this.state === 'closed') return;
    const { ledger, services } = this.#ports;
    const stateBefore = ledger.state;
    const sizeBytes = sizeOfMessage(data);
    ledger.countInbound(sizeBytes);
    this.#lastInboundAtMs = services.clock.nowMs();
    const type = sizeBytes > MAX_MESSAGE_BYTES ? this.#refuseTooBig(sizeBytes) : this.#take(data);
    ledger.recordFrame('in', typeof data === 'string' ? 'text' : 'binary', sizeBytes, type, stateBefore);
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
        this.#takeStart(data);
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

  #takeStart(data: string | Uint8Array): void {
    const { settings, conditions, sessions, services, faults } = this.#ports;
    const ports = { settings, profile: conditions.profile, sessions, breaches: this.#breaches };
    const { start, refusal } = judgeStart(data, ports);
    const auth = faults.find('auth-failed');
    const isRefused = auth !== undefined || (refusal !== undefined && this.#breaches.isEnforced);
    const session = start === undefined ? undefined : sessions.find(start.sessionId, start.agentId);
    if (session !== undefined) {
      for (const { ruleId, detail } of sessions.start(session, isRefused, services.clock.nowMs())) {
        this.#breaches.add(ruleId, detail);
      }
    }
    if (isRefused) this.#refuse(refusal?.message ?? ERROR_MESSAGES.invalidToken, session, auth);
    else if (session !== undefined) this.#begin(session);
    // Under policy `record`, what is no start at all leaves the session waiting for one.
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

  #awaitStart(): void {
    const { startTimeoutMs } = this.#ports.settings;
    this.#timers.set(startTimeoutMs, () => {
      this.#breaches.addWithoutFrame('D-01', `no start within ${startTimeoutMs} ms of opening`);
      if (this.#breaches.isEnforced) this.#refuse(ERROR_MESSAGES.mustStart, undefined, undefined);
      else this.#watchIdle(MAX_IDLE_MS);
    });
  }

  #refuse(message: string, session: KnownSession | undefined, fault: FaultSettings | undefined): void {
    const { settings, sessions, services } = this.#ports;
    this.#timers.clearAll();
    this.#send({ type: 'error', message });
    if (session !== undefined) sessions.closed(session, 'refused', true, services.clock.nowMs());
    const stays = fault === undefined ? settings.afterError === 'keep-open' : fault.closeAfterMs < 0;
    if (stays) this.#watchIdle(MAX_IDLE_MS);
    else this.#closeLater(fault?.closeAfterMs ?? 0, POLICY_CLOSE_CODE);
  }

  #begin(session: KnownSession): void {
    const { faults, settings, sessions, ledger } = this.#ports;
    this.#timers.clearAll();
    this.#known = session;
    sessions.opened(session);
    ledger.state = 'starting';
    this.#watchIdle(MAX_IDLE_MS);
    if (faults.has('never-ready')) return;
    const failure = faults.find('setup-failed');
    const readyDelayMs = faults.find('late-ready')?.delayMs ?? settings.readyDelayMs;
    this.#timers.set(readyDelayMs, () => {
      if (failure === undefined) return this.#becomeReady(session);
      this.#send({ type: 'error', message: SETUP_ERROR });
      this.#closeLater(failure.closeAfterMs, failure.closeCode);
    });
  }

  #becomeReady(session: KnownSession): void {
    const { faults, settings } = this.#ports;
    const isSwapped = faults.has('stt-ready-first');
    const sayReady = (): void => this.#send({ type: 'ready', session_id: session.id });
    if (isSwapped) this.#listen(session);
    else sayReady();
    if (faults.has('never-stt-ready')) return;
    const delayMs = faults.find('late-stt-ready')?.delayMs ?? settings.sttReadyDelayMs;
    this.#timers.set(delayMs, () => (isSwapped ? sayReady() : this.#listen(session)));
  }

  #listen(session: KnownSession): void {
    const { services, ledger, settings, faults, conditions, mp3 } = this.#ports;
    ledger.state = 'listening';
    this.#send({ type: 'stt.ready' });
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

  #send(message: ServerMessage): void {
    this.#sendRaw(encodeServerMessage(message), message.type);
  }

  #sendRaw(data: string | Uint8Array, type: string): void {
    if (this.state === 'closing' || this.state === 'closed') return;
    this.#socket.send(data);
    const opcode = typeof data === 'string' ? 'text' : 'binary';
    this.#ports.ledger.recordFrame('out', opcode, sizeOfMessage(data), type, this.state);
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
      if (this.#known !== undefined) this.#ports.sessions.closed(this.#known, ending, next === 'closing', nowMs);
    }
    this.#ports.ledger.state = next;
  }
}
