// This file serves one connection of the Voice API, from the open socket to its close.
import type { ServerMessage } from '@voicewire/protocol/voice-api';
import { CLOSE_CODES, END_REASONS, ERROR_CODES, LIMITS, encodeServerMessage } from '@voicewire/protocol/voice-api';
import { AgentSession } from '../agents/agentSession.ts';
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import type { Conditions } from '../server/conditions.ts';
import type { ServerSocket, ServerSocketEvents, SocketClose } from '../server/connection.ts';
import type { FaultPlan } from '../server/faultPlan.ts';
import { MAX_MESSAGE_BYTES, MAX_UNSENT_BYTES } from '../server/limits.ts';
import { sizeOfMessage } from '../server/messageSize.ts';
import { PcmView } from '../server/pcmBytes.ts';
import { TimerSet } from '../server/timerSet.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import { ERROR_TEXTS, SHUTDOWN_CLOSE_CODE, TOO_BIG_CLOSE_CODE, judgeClose } from './closing.ts';
import type { ErrorKey } from './closing.ts';
import { describeMessage, typeOfMessage } from './describeMessage.ts';
import { DownlinkFraming } from './downlinkFraming.ts';
import type { VoiceApiFaultName } from './faults.ts';
import { judgeFirstMessage } from './firstMessage.ts';
import type { VoiceApiSettings } from './options.ts';
import type { ProfileSettings } from './profiles.ts';
import { PROFILE_SETTINGS } from './profiles.ts';
import type { VoiceApiBreaches } from './rules.ts';
import type { Grant, TokenBook } from './tokenBook.ts';
import { UplinkAudio } from './uplinkAudio.ts';

/** A client that sends nothing for so long is let go, in ms. */
const MAX_IDLE_MS = 120_000;
/** How long a client may take to close after `session_ended`, when the server does not, in ms. */
const MAX_LINGER_MS = 5000;
/** What was on its way when the session ended may still arrive, in ms. */
const AFTER_END_GRACE_MS = 1000;
const ODD_FRAME_BYTES = [LIMITS.frameBytes - 1, LIMITS.frameBytes + 1] as const;

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
  readonly breaches: VoiceApiBreaches;
  readonly conditions: Conditions;
  /** Faults that hold before a token is known. */
  readonly faults: FaultPlan<VoiceApiFaultName>;
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
  readonly #breaches: VoiceApiBreaches;
  readonly #profile: ProfileSettings;
  #faults: FaultPlan<VoiceApiFaultName>;
  #uplink: UplinkAudio | undefined;
  #agent: AgentSession | undefined;
  /** Cuts messages of other lengths, as a fault wants them. */
  #framing: DownlinkFraming | undefined;
  readonly #audioView = new PcmView();
  #endedAtMs = 0;
  #lastInboundAtMs = 0;

  constructor(socket: ServerSocket, ports: SessionPorts) {
    this.#socket = socket;
    this.#ports = ports;
    this.#faults = ports.faults;
    this.#timers = new TimerSet(ports.services.clock);
    this.#breaches = ports.breaches;
    this.#profile = PROFILE_SETTINGS[ports.conditions.profile];
    this.#timers.set(LIMITS.authTimeoutMs, () => {
      this.#breaches.addWithoutFrame('C-04', `no message within ${LIMITS.authTimeoutMs} ms of opening`);
      if (this.#breaches.isEnforced) this.#fail('authTimeout');
      else this.#watchIdle(MAX_IDLE_MS);
    });
  }

  get state(): SessionState {
    return this.#ports.ledger.state as SessionState;
  }

  onMessage(data: string | Uint8Array): void {
    if (this.state === 'closed') return;
    const { ledger } = this.#ports;
    const sizeBytes = sizeOfMessage(data);
    const frame = ledger.frameArrived(typeof data === 'string' ? 'text' : 'binary', sizeBytes);
    this.#lastInboundAtMs = this.#ports.services.clock.nowMs();
    const type = sizeBytes > MAX_MESSAGE_BYTES ? this.#refuseTooBig(sizeBytes) : this.#judge(data);
    ledger.frameHandled(frame, type);
  }

  onClose(close: SocketClose): void {
    if (this.state === 'closed') return;
    // Once our close frame is out, the code that comes back is only its echo.
    if (this.state !== 'closing') judgeClose(close, this.#breaches);
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
    switch (this.state) {
      case 'authenticating':
        this.#authenticate(data);
        break;
      case 'setting_up':
        this.#receiveEarly(data);
        break;
      case 'connected':
      case 'agent_ready':
        this.#receive(data);
        break;
      case 'ended':
      case 'closing':
      case 'closed':
        this.#receiveAfterEnd(data);
    }
    return typeOfMessage(data);
  }

  #authenticate(data: string | Uint8Array): void {
    this.#timers.clearAll();
    const { tokens, settings, urlGrant } = this.#ports;
    const verdict = judgeFirstMessage(data, {
      tokens,
      settings,
      urlGrant,
      breaches: this.#breaches,
      isLiteral: this.#profile.isLiteral,
    });
    if (verdict.kind === 'accepted') this.#faults = this.#faults.merge(verdict.faults);
    else if (this.#breaches.isEnforced) return this.#fail(verdict.error);
    if (this.#faults.has('auth-failed')) this.#fail('authFailed');
    else this.#setUp();
  }

  #receiveEarly(data: string | Uint8Array): void {
    this.#breaches.react('C-06', `${describeMessage(data)} between the token and connected`, () => {
      if (this.#ports.settings.earlyMessages === 'refuse' || this.#profile.isLiteral) this.#fail('invalidAuth');
    });
  }

  #receive(data: string | Uint8Array): void {
    if (typeof data === 'string') {
      this.#breaches.react('C-07', `${describeMessage(data)} after the token`, () => {
        if (this.#profile.isLiteral) this.#fail('invalidAuth');
      });
      return;
    }
    const pcm = this.#uplink?.receive(data);
    if (pcm !== undefined) this.#agent?.hear(pcm);
  }

  #receiveAfterEnd(data: string | Uint8Array): void {
    const lateMs = this.#ports.services.clock.nowMs() - this.#endedAtMs;
    if (lateMs <= AFTER_END_GRACE_MS) return;
    this.#breaches.add('C-15', `${describeMessage(data)} ${Math.round(lateMs)} ms after the session ended`);
  }

  #refuseTooBig(sizeBytes: number): string {
    this.#breaches.react('C-11', `a message of ${sizeBytes} bytes, wanted at most ${MAX_MESSAGE_BYTES}`, () => {
      if (this.state !== 'closing') this.#close(TOO_BIG_CLOSE_CODE, '');
    });
    return 'oversized';
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
    this.#announce('connected');
    this.#uplink = new UplinkAudio(this.#ports.services.clock, this.#ports.ledger, this.#breaches);
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
    this.#announce('agent_ready');
    if (this.#faults.has('ready-twice')) this.#send({ type: 'agent_ready' });
    this.#scheduleFaults();
  }

  #scheduleFaults(): void {
    const schedule = (name: VoiceApiFaultName, act: () => void): void => {
      const fault = this.#faults.find(name);
      if (fault !== undefined) this.#timers.set(fault.delayMs, act);
    };
    schedule('non-json-text', () => this.#sendRaw('this is not JSON', 'malformed'));
    schedule('unknown-message', () => this.#sendRaw('{"type":"weather_report","sky":"clear"}', 'weather_report'));
    schedule('late-error', () => this.#send({ type: 'error', code: 'COFFEE_SPILLED', message: 'Going on anyway' }));
    schedule('dropped', () => this.#drop());
    schedule('shutdown', () => {
      const closeAfterMs = this.#faults.find('shutdown')?.closeAfterMs ?? 0;
      this.#end(END_REASONS.serverShutdown, closeAfterMs, SHUTDOWN_CLOSE_CODE);
    });
    for (const name of ['session-ended', 'unknown-end-reason'] as const) {
      const fault = this.#faults.find(name);
      const reason = fault?.reason === END_REASONS.sessionClosed ? this.#profile.endReason : (fault?.reason ?? '');
      schedule(name, () => this.#end(reason, fault?.closeAfterMs ?? 0, CLOSE_CODES.ended));
    }
  }

  #createAgent(): AgentSession {
    const { services, ledger, conditions } = this.#ports;
    const odd = this.#faults.find('odd-frames');
    const patternBytes = odd === undefined || odd.sizeBytes === 0 ? ODD_FRAME_BYTES : [odd.sizeBytes];
    this.#framing = odd === undefined ? undefined : new DownlinkFraming(patternBytes);
    return new AgentSession({
      clock: services.clock,
      ticker: services.ticker,
      pcmStore: services.pcmStore,
      random: conditions.random,
      voice: services.voice,
      detector: services.createDetector(),
      turns: services.turns,
      createAgent: conditions.createAgent,
      transcriber: services.transcriber,
      frameSamples: LIMITS.frameSamples,
      speedRatio: (this.#faults.find('burst') ?? this.#faults.find('slow'))?.speedRatio ?? 1,
      sendFrame: (frame) => this.#sendAudio(frame),
      hangUp: () => this.#end(END_REASONS.agentDisconnected, 0, CLOSE_CODES.ended),
      onDrained: () => this.#sendHeldAudio(),
      onCut: () => this.#sendHeldAudio(),
      onUtterance: (utterance) => ledger.recordUtterance(utterance),
      onLineEnded: (line) => ledger.recordLine(line),
    });
  }

  #sendAudio(frame: Int16Array): void {
    if (this.state !== 'connected' && this.state !== 'agent_ready') return;
    this.#ports.ledger.recordSentAudio(frame);
    // The socket has it written, or copied, when `send` returns.
    const bytes = this.#audioView.of(frame);
    if (this.#framing === undefined) this.#sendAudioMessage(bytes);
    else for (const message of this.#framing.push(bytes)) this.#sendAudioMessage(message);
    if (this.#socket.bufferedAmountBytes > MAX_UNSENT_BYTES) {
      this.#breaches.addWithoutFrame(
        'C-15',
        `the client left ${this.#socket.bufferedAmountBytes} bytes unread and was dropped`,
      );
      this.#drop();
    }
    if (this.state === 'connected' && this.#faults.has('ready-after-audio')) this.#becomeReady();
  }

  /** Nothing follows that would fill a message up. */
  #sendHeldAudio(): void {
    const rest = this.#framing?.flush();
    if (rest !== undefined) this.#sendAudioMessage(rest);
  }

  #sendAudioMessage(bytes: Uint8Array): void {
    if (this.#faults.has('empty-frames')) this.#sendRaw(new Uint8Array(0), 'audio');
    this.#sendRaw(bytes, 'audio');
  }

  /** Enters a state and tells the client. */
  #announce(state: 'connected' | 'agent_ready'): void {
    const stateBefore = this.state;
    this.#ports.ledger.state = state;
    this.#send({ type: state }, stateBefore);
  }

  #send(message: ServerMessage, stateBefore?: SessionState, stateAfter?: SessionState): void {
    this.#sendRaw(encodeServerMessage(message), message.type, stateBefore, stateAfter);
  }

  #sendRaw(data: string | Uint8Array, type: string, stateBefore?: SessionState, stateAfter?: SessionState): void {
    this.#socket.send(data);
    const opcode = typeof data === 'string' ? 'text' : 'binary';
    this.#ports.ledger.frameSent(opcode, sizeOfMessage(data), type, stateBefore, stateAfter);
  }

  #fail(key: ErrorKey): void {
    this.#send({ type: 'error', code: ERROR_CODES[key], message: ERROR_TEXTS[key] }, this.state, 'closing');
    this.#close(CLOSE_CODES[key], ERROR_CODES[key]);
  }

  #end(reason: string, closeAfterMs: number, closeCode: number): void {
    this.#sendHeldAudio();
    this.#send({ type: 'session_ended', reason }, this.state, 'ended');
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
    this.#breaches.addWithoutFrame('C-13', `the socket is still open ${MAX_LINGER_MS} ms after session_ended`);
    if (this.#breaches.isEnforced) this.#drop();
    else this.#timers.set(MAX_IDLE_MS, () => this.#drop());
  }

  /** One timer per session, set anew for the rest instead of per message. */
  #watchIdle(waitMs: number): void {
    this.#timers.set(waitMs, () => {
      const restMs = this.#lastInboundAtMs + MAX_IDLE_MS - this.#ports.services.clock.nowMs();
      if (restMs > 0) this.#watchIdle(restMs);
      else this.#end(this.#profile.endReason, 0, CLOSE_CODES.ended);
    });
  }

  /** Stops every timer, the agent and the checks. */
  #leave(next: 'ended' | 'closing' | 'closed'): void {
    const nowMs = this.#ports.services.clock.nowMs();
    this.#timers.clearAll();
    this.#agent?.close();
    this.#agent = undefined;
    this.#uplink?.end();
    this.#uplink = undefined;
    if (this.state !== 'ended') this.#endedAtMs = nowMs;
    this.#ports.ledger.state = next;
  }
}
