// This file serves one connection of the Voice API, from the open socket to its close.
import type { ServerMessage } from '@voicewire/protocol/voice-api';
import {
  CLOSE_CODES,
  END_REASONS,
  ERROR_CODES,
  LIMITS,
  encodeServerMessage,
  parseClientMessage,
} from '@voicewire/protocol/voice-api';
import { AgentSession } from '../agents/agentSession.ts';
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import type { Severity } from '../ledger/records.ts';
import type { Random } from '../random.ts';
import type { ServerSocket, ServerSocketEvents, SocketClose } from '../server/connection.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import { CadenceCheck } from './cadenceCheck.ts';
import { ContentCheck } from './contentCheck.ts';
import { DownlinkFraming } from './downlinkFraming.ts';
import type { FaultPlan } from './faults.ts';
import { SharedBufferCheck, describeWrongLength } from './frameLength.ts';
import type { VoiceApiSettings } from './options.ts';
import { bytesToPcm, pcmToBytes } from '../server/pcmBytes.ts';
import type { RuleId } from './rules.ts';
import { RULES } from './rules.ts';
import { TimerSet } from '../server/timerSet.ts';
import type { Grant, TokenBook } from './tokenBook.ts';

/** Close code of a server that shuts down; the vendor names none (service restart, RFC 6455 registry). */
export const SHUTDOWN_CLOSE_CODE = 1012;
/** Close code for a message over the limit (RFC 6455). */
const TOO_BIG_CLOSE_CODE = 1009;
/** Largest message that is looked at, in bytes. */
export const MAX_MESSAGE_BYTES = 65_536;
/** Unsent audio at which a client counts as gone, in bytes: over 2 minutes of speech. */
const MAX_UNSENT_BYTES = 4_194_304;
/** A client that sends nothing for so long is let go, in ms. */
const MAX_IDLE_MS = 120_000;
/** How long a client may take to close after `session_ended`, when the server does not, in ms. */
const MAX_LINGER_MS = 5000;
/** What was on its way when the session ended may still arrive, in ms. */
const AFTER_END_GRACE_MS = 1000;
const ODD_FRAME_BYTES = [LIMITS.frameBytes - 1, LIMITS.frameBytes + 1] as const;

type ErrorKey = keyof typeof ERROR_CODES;

const ERROR_TEXTS: Readonly<Record<ErrorKey, string>> = {
  authTimeout: 'No token within 10 seconds',
  invalidAuth: 'The first message must be JSON with a token',
  authFailed: 'Invalid or expired token',
  sessionSetupFailed: 'The session could not be initialised',
};

/** Where a session stands; the vendor's own words are idle, connecting, connected, agent_ready, ended. */
export type SessionState =
  | 'authenticating'
  | 'setting_up'
  | 'connected'
  | 'agent_ready'
  /** Over, the socket still open. */
  | 'ended'
  /** Our close frame is sent. */
  | 'closing'
  | 'closed';

/** What a session needs besides its socket. */
export interface SessionPorts {
  readonly services: SandboxServices;
  readonly settings: VoiceApiSettings;
  readonly tokens: TokenBook;
  readonly ledger: ConnectionLedger;
  /** This connection's own. */
  readonly random: Random;
  /** Faults that hold before a token is known. */
  readonly faults: FaultPlan;
  /** The grant whose `ws_url` was used, if any. */
  readonly urlGrant: Grant | undefined;
  onClosed(): void;
}

/**
 *   state           input                         next            sent
 *   authenticating  good token                    setting_up
 *   authenticating  bad token                     closing         error AUTH_FAILED, close 4003
 *   authenticating  anything else                 closing         error INVALID_AUTH, close 4002
 *   authenticating  10 s                          closing         error AUTH_TIMEOUT, close 4001
 *   setting_up      connectedDelayMs              connected       connected
 *   connected       agentReadyDelayMs             agent_ready     agent_ready, then agent audio
 *   connected, …    agent hangs up, fault, idle   ended           session_ended
 *   any             drain                         ended           session_ended server_shutdown
 *   ended           closeAfterMs                  closing         close 1000, or 1012 on shutdown
 *   any             socket closes                 closed
 */
export class VoiceApiSession implements ServerSocketEvents {
  readonly #ports: SessionPorts;
  readonly #socket: ServerSocket;
  readonly #timers: TimerSet;
  readonly #cadence: CadenceCheck;
  readonly #content: ContentCheck;
  readonly #sharedBuffers = new SharedBufferCheck();
  #faults: FaultPlan;
  #agent: AgentSession | undefined;
  #framing: DownlinkFraming | undefined;
  #endedAtMs = 0;
  #lastInboundAtMs = 0;

  constructor(socket: ServerSocket, ports: SessionPorts) {
    this.#socket = socket;
    this.#ports = ports;
    this.#faults = ports.faults;
    this.#timers = new TimerSet(ports.services.clock);
    this.#cadence = new CadenceCheck((severity, detail) => this.#violate('C-09', detail, severity));
    this.#content = new ContentCheck((severity, detail) => this.#violate('C-10', detail, severity));
    this.#timers.set(LIMITS.authTimeoutMs, () => {
      this.#violate('C-04', `no message within ${LIMITS.authTimeoutMs} ms of opening`, undefined, -1);
      this.#fail('authTimeout');
    });
  }

  get state(): SessionState {
    return this.#ports.ledger.state as SessionState;
  }

  onMessage(data: string | Uint8Array): void {
    if (this.state === 'closed') return;
    const { ledger } = this.#ports;
    const stateBefore = ledger.state;
    const sizeBytes = data.length;
    ledger.countInbound(sizeBytes);
    this.#lastInboundAtMs = this.#ports.services.clock.nowMs();
    const type = this.#judge(data);
    ledger.recordFrame('in', typeof data === 'string' ? 'text' : 'binary', sizeBytes, type, stateBefore);
  }

  onClose(close: SocketClose): void {
    if (this.state === 'closed') return;
    // Once our close frame is out, the code that comes back is only its echo.
    if (this.state !== 'closing') this.#judgeClose(close);
    this.#leave('closed');
    this.#ports.ledger.recordClose(close);
    this.#ports.onClosed();
  }

  /** The server shuts down. */
  drain(): void {
    if (this.state === 'ended' || this.state === 'closing' || this.state === 'closed') return;
    this.#end(END_REASONS.serverShutdown, 0, SHUTDOWN_CLOSE_CODE);
  }

  // ── what the client sends ────────────────────────────────────────────────────────────────────────────────────────

  /** @returns The message's type, for the record. */
  #judge(data: string | Uint8Array): string {
    if (data.length > MAX_MESSAGE_BYTES) return this.#refuseTooBig(data.length);
    switch (this.state) {
      case 'authenticating':
        return this.#authenticate(data);
      case 'setting_up':
        return this.#receiveEarly(data);
      case 'connected':
      case 'agent_ready':
        return typeof data === 'string' ? this.#receiveText(data) : this.#receiveAudio(data);
      case 'ended':
      case 'closing':
      case 'closed':
        return this.#receiveAfterEnd(data);
    }
  }

  #authenticate(data: string | Uint8Array): string {
    const parsed = parseClientMessage(data);
    if (!parsed.ok || parsed.message.type !== 'auth') {
      const found = typeof data === 'string' ? describeIssues(parsed) : `a binary message of ${data.length} bytes`;
      this.#violate('C-05', `the first message is ${found}, wanted {"token":"…"}`);
      this.#fail('invalidAuth');
      return parsed.ok ? parsed.message.type : 'malformed';
    }
    if (parsed.message.extra !== undefined) {
      this.#violate('C-05', `${Object.keys(parsed.message.extra).length} fields besides token`, 'note');
    }
    this.#timers.clearAll();
    if (this.#isTokenGood(parsed.message.token) && !this.#faults.has('auth-failed')) this.#setUp();
    else this.#fail('authFailed');
    return 'auth';
  }

  #isTokenGood(token: string): boolean {
    const verdict = this.#ports.tokens.present(token);
    switch (verdict.kind) {
      case 'unknown':
        this.#violate('C-02', 'the token was never issued');
        return false;
      case 'expired':
        this.#violate('C-02', `the token is ${Math.round(verdict.ageMs)} ms old, wanted ≤ ${LIMITS.tokenLifeMs} ms`);
        return false;
      case 'used':
        this.#violate('C-02', `the token was presented ${verdict.grant.useCount} times, wanted once`);
        this.#violate('C-14', 'the connection was not preceded by a token request of its own');
        this.#faults = this.#faults.merge(verdict.grant.faults);
        return this.#ports.settings.tokenReuse === 'record';
      case 'good':
        if (this.#ports.urlGrant !== undefined && this.#ports.urlGrant !== verdict.grant) {
          this.#violate('C-03', 'the token belongs to another ws_url');
        }
        this.#faults = this.#faults.merge(verdict.grant.faults);
        return true;
    }
  }

  #receiveEarly(data: string | Uint8Array): string {
    this.#violate('C-06', `${describeKind(data)} between the token and connected`);
    if (this.#ports.settings.earlyMessages === 'refuse') this.#fail('invalidAuth');
    return typeOf(data);
  }

  #receiveText(data: string): string {
    this.#violate('C-07', `a text message of ${data.length} characters after the token`);
    return typeOf(data);
  }

  #receiveAudio(bytes: Uint8Array): string {
    if (bytes.length !== LIMITS.frameBytes) {
      this.#violate('C-08', describeWrongLength(bytes.length));
      if (bytes.length > LIMITS.frameBytes && this.#sharedBuffers.isRepeated(bytes)) {
        this.#violate('C-11', `${bytes.length} bytes that mostly repeat the message before: the buffer behind a view`);
      }
      return 'audio';
    }
    this.#cadence.frame(this.#ports.services.clock.nowMs());
    const pcm = bytesToPcm(bytes);
    this.#content.frame(pcm);
    this.#ports.ledger.recordReceivedAudio(pcm);
    this.#agent?.hear(pcm);
    return 'audio';
  }

  #receiveAfterEnd(data: string | Uint8Array): string {
    const lateMs = this.#ports.services.clock.nowMs() - this.#endedAtMs;
    if (lateMs > AFTER_END_GRACE_MS) {
      this.#violate('C-15', `${describeKind(data)} ${Math.round(lateMs)} ms after the session ended`);
    }
    return typeOf(data);
  }

  #refuseTooBig(sizeBytes: number): string {
    this.#violate('C-11', `a message of ${sizeBytes} bytes, wanted at most ${MAX_MESSAGE_BYTES}`);
    if (this.state !== 'closing') this.#close(TOO_BIG_CLOSE_CODE, '');
    return 'oversized';
  }

  #judgeClose({ code }: SocketClose): void {
    if (code === TOO_BIG_CLOSE_CODE) {
      this.#violate('C-11', `a message over ${MAX_MESSAGE_BYTES} bytes`);
    } else if (code === 1001 || code === 1006) {
      this.#violate('C-15', code === 1001 ? 'the page went away' : 'the connection was lost', 'note');
    } else if (code !== 1000) {
      this.#violate('C-15', `close code ${code}, wanted 1000`);
    }
  }

  // ── what the server does ─────────────────────────────────────────────────────────────────────────────────────────

  #setUp(): void {
    this.#ports.ledger.state = 'setting_up';
    this.#watchIdle(MAX_IDLE_MS);
    if (this.#faults.has('never-connected')) return;
    const delayMs = this.#faults.find('late-connected')?.delayMs ?? this.#ports.settings.connectedDelayMs;
    this.#timers.set(delayMs, () => {
      if (this.#faults.has('setup-failed')) this.#fail('sessionSetupFailed');
      else this.#connect();
    });
  }

  #connect(): void {
    this.#ports.ledger.state = 'connected';
    this.#send({ type: 'connected' });
    this.#cadence.begin(this.#ports.services.clock.nowMs());
    this.#agent = this.#createAgent();
    if (this.#faults.has('ready-after-audio')) {
      // #sendAudio says agent_ready after the first frame.
      this.#agent.start();
      return;
    }
    const delayMs = this.#faults.find('late-ready')?.delayMs ?? this.#ports.settings.agentReadyDelayMs;
    this.#timers.set(delayMs, () => {
      if (!this.#faults.has('never-ready')) this.#becomeReady();
      this.#agent?.start();
    });
  }

  #becomeReady(): void {
    this.#ports.ledger.state = 'agent_ready';
    this.#send({ type: 'agent_ready' });
    if (this.#faults.has('ready-twice')) this.#send({ type: 'agent_ready' });
    this.#scheduleFaults();
  }

  #scheduleFaults(): void {
    const schedule = (name: Parameters<FaultPlan['find']>[0], act: () => void): void => {
      const fault = this.#faults.find(name);
      if (fault !== undefined) this.#timers.set(fault.delayMs, act);
    };
    schedule('non-json-text', () => this.#sendRaw('this is not JSON', 'malformed'));
    schedule('unknown-message', () => this.#sendRaw('{"type":"weather_report","sky":"clear"}', 'weather_report'));
    schedule('late-error', () => this.#send({ type: 'error', code: 'COFFEE_SPILLED', message: 'Going on anyway' }));
    schedule('dropped', () => this.#drop());
    for (const name of ['session-ended', 'unknown-end-reason'] as const) {
      const fault = this.#faults.find(name);
      schedule(name, () => this.#end(fault?.reason ?? '', fault?.closeAfterMs ?? 0, CLOSE_CODES.ended));
    }
  }

  #createAgent(): AgentSession {
    const { services, ledger, random } = this.#ports;
    const isOdd = this.#faults.has('odd-frames');
    this.#framing = new DownlinkFraming(isOdd ? ODD_FRAME_BYTES : [LIMITS.frameBytes]);
    return new AgentSession({
      clock: services.clock,
      random,
      voice: services.voice,
      detector: services.createDetector(),
      turns: services.turns,
      createAgent: services.createAgent,
      frameSamples: LIMITS.frameSamples,
      speedRatio: this.#faults.find('burst')?.speedRatio ?? 1,
      sendFrame: (frame) => this.#sendAudio(frame),
      hangUp: () => this.#end(END_REASONS.agentDisconnected, 0, CLOSE_CODES.ended),
      onUtterance: (utterance) => ledger.recordUtterance(utterance),
      onLineEnded: (line) => ledger.recordLine(line),
    });
  }

  #sendAudio(frame: Int16Array): void {
    if (this.state !== 'connected' && this.state !== 'agent_ready') return;
    this.#ports.ledger.recordSentAudio(frame);
    for (const bytes of this.#framing?.push(pcmToBytes(frame)) ?? []) {
      if (this.#faults.has('empty-frames')) this.#send({ type: 'audio', bytes: new Uint8Array(0) });
      this.#send({ type: 'audio', bytes });
    }
    if (this.#socket.bufferedAmountBytes > MAX_UNSENT_BYTES) {
      this.#violate('C-15', `the client left ${this.#socket.bufferedAmountBytes} bytes unread and was dropped`);
      this.#drop();
    }
    if (this.state === 'connected' && this.#faults.has('ready-after-audio')) this.#becomeReady();
  }

  #send(message: ServerMessage): void {
    this.#sendRaw(encodeServerMessage(message), message.type);
  }

  #sendRaw(data: string | Uint8Array, type: string): void {
    this.#socket.send(data);
    const opcode = typeof data === 'string' ? 'text' : 'binary';
    this.#ports.ledger.recordFrame('out', opcode, data.length, type, this.state);
  }

  #fail(key: ErrorKey): void {
    this.#send({ type: 'error', code: ERROR_CODES[key], message: ERROR_TEXTS[key] });
    this.#close(CLOSE_CODES[key], ERROR_CODES[key]);
  }

  #end(reason: string, closeAfterMs: number, closeCode: number): void {
    this.#send({ type: 'session_ended', reason });
    this.#leave('ended');
    if (closeAfterMs === 0) this.#close(closeCode, '');
    else if (closeAfterMs > 0) this.#timers.set(closeAfterMs, () => this.#close(closeCode, ''));
    else this.#timers.set(MAX_LINGER_MS, () => this.#dropLingering());
  }

  #close(code: number, reason: string): void {
    this.#leave('closing');
    this.#socket.close(code, reason);
  }

  #drop(): void {
    this.#leave('closing');
    this.#socket.terminate();
  }

  #dropLingering(): void {
    this.#violate('C-13', `the socket is still open ${MAX_LINGER_MS} ms after session_ended`, undefined, -1);
    this.#drop();
  }

  /** One timer per session, set anew for the rest instead of per message. */
  #watchIdle(waitMs: number): void {
    this.#timers.set(waitMs, () => {
      const restMs = this.#lastInboundAtMs + MAX_IDLE_MS - this.#ports.services.clock.nowMs();
      if (restMs > 0) this.#watchIdle(restMs);
      else this.#end(END_REASONS.sessionClosed, 0, CLOSE_CODES.ended);
    });
  }

  /** Stops every timer, the agent and the checks. */
  #leave(next: 'ended' | 'closing' | 'closed'): void {
    const nowMs = this.#ports.services.clock.nowMs();
    const wasTalking = this.state === 'connected' || this.state === 'agent_ready';
    this.#timers.clearAll();
    this.#agent?.close();
    this.#agent = undefined;
    if (wasTalking) this.#cadence.end(nowMs);
    if (this.state !== 'ended') this.#endedAtMs = nowMs;
    this.#ports.ledger.state = next;
  }

  #violate(ruleId: RuleId, detail: string, severity: Severity = RULES[ruleId].severity, frameIndex?: number): void {
    this.#ports.ledger.recordViolation(ruleId, severity, detail, frameIndex);
  }
}

function typeOf(data: string | Uint8Array): string {
  const parsed = parseClientMessage(data);
  return parsed.ok ? parsed.message.type : 'malformed';
}

function describeKind(data: string | Uint8Array): string {
  return typeof data === 'string' ? 'a text message' : `a binary message of ${data.length} bytes`;
}

/** Says why text is no token message; issues hold types and short literals, never a token. */
function describeIssues(parsed: ReturnType<typeof parseClientMessage>): string {
  if (parsed.ok) return `of another type`;
  const [issue] = parsed.issues;
  return issue === undefined ? 'unreadable' : `text with ${issue.received} where ${issue.expected} belongs`;
}
