// This file is one connection attempt: a socket with the vendor's protocol state, its waits and its limits.
import type {
  CommandResult,
  OutboundMessage,
  PendingWait,
  PlatformBase64,
  ResumePoint,
  SessionCommand,
  SessionEvent,
  SessionStep,
  Vendor,
  VendorSession,
} from '@voicewire/protocol';
import { createSecretFilter, type SecretFilter } from '../credentials/secretFilter.ts';
import { createVoiceError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Socket, SocketClose, SocketConnector } from '../ports/socket.ts';
import { Liveness } from '../transport/liveness.ts';
import { Outbox, type Receipt } from '../transport/outbox.ts';
import type { SessionEmitter } from './events.ts';
import type { SessionInput } from './state.ts';

/** What a connection needs of the platform. */
export interface ConnectionPorts {
  readonly clock: Clock;
  readonly sockets: SocketConnector;
  /** The platform's own base64, for vendors whose audio crosses the wire so. Default: the protocol's. */
  readonly base64?: PlatformBase64;
}

/** What a connection tells the session, beside inputs of the reducer. */
export interface ConnectionSink {
  dispatch(input: SessionInput): void;
  /** Every vendor event, before the reducer hears of it. */
  onEvent(event: SessionEvent, receivedMs: number): void;
}

/** A conversation that a connection is to go on with. */
export interface LeftConversation {
  readonly resumePoint: ResumePoint;
  /** When the last connection to it ended, on the session clock. */
  readonly leftMs: number;
}

/** A command that waits within the protocol until it is legal. */
interface Taken {
  readonly type: SessionCommand['type'];
  readonly receipt: Receipt | undefined;
}

const NO_RECEIPTS: readonly Receipt[] = [];
/** RFC 6455: normal closure. */
const NORMAL_CLOSURE = 1000;

/** One attempt. After `drop` or `hangUp` it says nothing more, whatever still arrives. */
export class Connection {
  private protocol: VendorSession | null = null;
  private socket: Socket | null = null;
  private readonly outbox: Outbox;
  /** Of commands that wait within the protocol until they are legal. */
  private inside: Taken[] = [];
  private readonly liveness: Liveness;
  private isOpen = false;
  private isListening = true;
  private hasHeardAgent = false;
  private isAccepted = false;
  private leftMs: number | null = null;
  private sentBytes = 0;
  private wait: PendingWait | undefined;
  private waitTimer: unknown = null;
  private keepAliveTimer: unknown = null;
  private notifyClosed: (() => void) | null = null;
  private hideSecrets: SecretFilter = (text) => text;

  constructor(
    readonly number: number,
    private readonly vendor: Vendor,
    private readonly ports: ConnectionPorts,
    private readonly emitter: SessionEmitter,
    private readonly sink: ConnectionSink,
  ) {
    const bufferedBytes = (): number => this.socket?.bufferedAmountBytes ?? 0;
    const { clock } = ports;
    this.outbox = new Outbox(vendor.capabilities, { clock, bufferedBytes, write: (message) => this.write(message) });
    this.liveness = new Liveness({
      clock,
      bufferedBytes,
      sentBytes: () => this.sentBytes,
      probe: () => this.socket?.probe?.() ?? false,
      onStalled: (stalledMs) => sink.dispatch({ type: 'connectionStalled', attempt: number, stalledMs }),
    });
  }

  /** Whether the vendor took the session. */
  get wasAccepted(): boolean {
    return this.isAccepted;
  }

  /** Where a later connection can go on; nothing for a conversation that is finished. */
  get resumePoint(): ResumePoint | undefined {
    return this.protocol?.resumePoint();
  }

  /** Whether audio would leave at once. */
  get canSendAudio(): boolean {
    return this.isOpen && this.isListening && this.outbox.canSendAudio;
  }

  /** Finds out now whether anybody is at the other end; a dead connection is told as a stall. */
  checkLiveness(): void {
    this.liveness.check();
  }

  open(credentials: unknown, left: LeftConversation | null): void {
    this.leftMs = left?.leftMs ?? null;
    this.hideSecrets = createSecretFilter(credentials);
    this.protocol = this.vendor.createSession(credentials, left?.resumePoint, this.ports.base64);
    const { url, subprotocols } = this.vendor.connectionRequest(credentials);
    try {
      this.socket = this.ports.sockets.connect(
        { url, subprotocols, maxMessageBytes: this.vendor.capabilities.maxInboundMessageBytes },
        {
          onOpen: () => this.onOpen(),
          onMessage: (data) => this.onMessage(data),
          onClose: (close) => this.onClose(close),
          onAlive: () => this.liveness.heard(),
        },
      );
    } catch (thrown) {
      // Platforms quote what they refuse, and a subprotocol or an address may be a secret.
      const details = { fault: thrown instanceof Error ? thrown.name : 'unknown' };
      const error = createVoiceError('connect-failed', 'The socket could not be created.', { details });
      this.sink.dispatch({ type: 'attemptFailed', attempt: this.number, error });
    }
  }

  /** Sends what the vendor wants to hear first. */
  greetVendor(): void {
    if (this.protocol !== null) this.perform(this.protocol.open());
  }

  /**
   * Says something. Refused while the socket is not open, and where too much waits already.
   * @param receipt Called unless it is refused: when all of it was handed to the socket, or never will be.
   */
  command(command: SessionCommand, receipt?: Receipt): CommandResult {
    const { protocol } = this;
    if (!this.isOpen || !this.isListening || protocol === null) return refused('the connection is not open');
    if (command.type !== 'sendAudio' && !this.outbox.hasRoom)
      return refused('too many messages are waiting to be sent');
    const result = protocol.command(command);
    if (!result.ok) return result;
    const { type } = command;
    const mustWait = type !== 'sendAudio' && this.countWaiting(type) > this.inside.filter(isOf(type)).length;
    if (mustWait) this.inside.push({ type, receipt });
    this.perform(result.step, undefined, mustWait ? undefined : receipt);
    return result;
  }

  /** @param onClosed Called once: when the socket is closed, or now if there is none. */
  whenSocketCloses(onClosed: () => void): void {
    if (this.socket === null) onClosed();
    else this.notifyClosed = onClosed;
  }

  /** Takes leave, where the vendor has words for it. @returns Whether the server's close is worth waiting for. */
  leave(): boolean {
    if (!this.isOpen || !this.isListening || this.protocol === null) return false;
    const result = this.protocol.command({ type: 'leave' });
    if (!result.ok) return false;
    // Its events would tell the session what it has decided itself.
    for (const message of result.step.send) this.outbox.send(message);
    return result.step.send.length > 0;
  }

  /** Our side of the close; nothing that arrives later is looked at. */
  hangUp(): void {
    const unsent = this.silence();
    this.socket?.close(NORMAL_CLOSURE);
    for (const receipt of unsent) receipt(false);
  }

  /** @returns The receipts of what was never sent. */
  private silence(): readonly Receipt[] {
    this.isListening = false;
    this.isOpen = false;
    this.liveness.stop();
    this.clearWait();
    this.ports.clock.clearTimer(this.keepAliveTimer);
    this.keepAliveTimer = null;
    return [...this.outbox.close(), ...this.inside.splice(0).flatMap(({ receipt }) => receipt ?? [])];
  }

  private onOpen(): void {
    if (!this.isListening) return;
    this.isOpen = true;
    this.liveness.start();
    this.armKeepAlive();
    this.sink.dispatch({ type: 'socketOpened', attempt: this.number });
  }

  private onMessage(data: string | Uint8Array): void {
    if (!this.isListening || this.protocol === null) return;
    const receivedMs = this.ports.clock.nowMs();
    this.liveness.heard();
    const shown = typeof data === 'string' ? this.hideSecrets(data) : data;
    if (this.emitter.has('raw'))
      this.emitter.emit('raw', { direction: 'received', text: this.vendor.redactInbound(shown) });
    this.perform(this.protocol.receive(shown), receivedMs);
  }

  private onClose(close: SocketClose): void {
    const wasListening = this.isListening;
    const wasOpen = this.isOpen;
    const unsent = this.silence();
    this.socket = null;
    if (wasListening) this.judge(close, wasOpen);
    // Now it is known whether there will be another connection.
    for (const receipt of unsent) receipt(false);
    this.notifyClosed?.();
    this.notifyClosed = null;
  }

  /** Tells what the end of the connection means. */
  private judge({ code, reason }: Pick<SocketClose, 'code' | 'reason'>, wasOpen = true): void {
    const verdict = this.protocol?.closed({ code, reason: this.hideSecrets(reason), wasOpen });
    if (verdict === undefined) return;
    const leftForMs = this.leftMs === null ? null : this.ports.clock.nowMs() - this.leftMs;
    this.sink.dispatch({ type: 'socketClosed', attempt: this.number, verdict, closeCode: code, leftForMs });
  }

  /** @param receipt Of what the step says, beside what had waited within the protocol until now. */
  private perform(step: SessionStep, receivedMs = this.ports.clock.nowMs(), receipt?: Receipt): void {
    const said = this.takeSaid();
    this.send(step.send, receipt === undefined ? said : [...said, receipt]);
    for (const event of step.events) this.deliver(event, receivedMs);
    this.followWait();
  }

  private countWaiting(type: SessionCommand['type']): number {
    return this.protocol?.waitingCommands?.().filter((waiting) => waiting === type).length ?? 0;
  }

  /** What had waited within the protocol, and does so no more. */
  private takeSaid(): readonly Receipt[] {
    // Nearly always: this is asked for with every message and every frame.
    if (this.inside.length === 0) return NO_RECEIPTS;
    const said = this.inside.filter(
      ({ type }, i) => this.inside.slice(i).filter(isOf(type)).length > this.countWaiting(type),
    );
    if (said.length > 0) this.inside = this.inside.filter((taken) => !said.includes(taken));
    return said.flatMap(({ receipt }) => receipt ?? []);
  }

  private send(messages: readonly OutboundMessage[], receipts: readonly Receipt[]): void {
    const tell: Receipt | undefined =
      receipts.length === 0 ? undefined : (wasSent) => receipts.forEach((receipt) => receipt(wasSent));
    const last = messages.at(-1);
    for (const message of messages) this.outbox.send(message, message === last ? tell : undefined);
    if (last === undefined) tell?.(true);
  }

  private write(message: OutboundMessage): void {
    const { payload } = message;
    this.sentBytes += payload.length;
    this.socket?.send(payload);
    this.armKeepAlive();
    if (this.emitter.has('raw'))
      this.emitter.emit('raw', { direction: 'sent', text: this.hideSecrets(message.redacted) });
  }

  private deliver(event: SessionEvent, receivedMs: number): void {
    if (!this.isListening) return;
    this.sink.onEvent(event, receivedMs);
    if (event.type === 'sessionAccepted') this.isAccepted = true;
    // Who is sent away before being let in wants to know why, and the reading of the close says it.
    if (event.type === 'sessionEnded' && !this.isAccepted) return this.judge({ code: NORMAL_CLOSURE, reason: '' });
    if (event.type !== 'agentAudio') {
      this.sink.dispatch({ type: 'vendorSaid', attempt: this.number, event });
      return;
    }
    if (this.hasHeardAgent) return;
    this.hasHeardAgent = true;
    this.sink.dispatch({ type: 'agentHeard', attempt: this.number });
  }

  /** Keeps the time of what the server owes. */
  private followWait(): void {
    const wait = this.isListening ? this.protocol?.pendingWait() : undefined;
    if (wait === this.wait) return;
    this.clearWait();
    this.wait = wait;
    if (wait === undefined) return;
    this.waitTimer = this.ports.clock.setTimer(wait.limitMs, () => {
      this.waitTimer = null;
      this.wait = undefined;
      if (this.protocol !== null) this.perform(this.protocol.expireWait(wait));
    });
  }

  private clearWait(): void {
    this.ports.clock.clearTimer(this.waitTimer);
    this.waitTimer = null;
    this.wait = undefined;
  }

  /** Counts from the last message that left, whatever it was. */
  private armKeepAlive(): void {
    const { keepAlive } = this.vendor.capabilities;
    if (keepAlive === null || !this.isOpen) return;
    this.ports.clock.clearTimer(this.keepAliveTimer);
    this.keepAliveTimer = this.ports.clock.setTimer(keepAlive.idleMs, () => {
      this.command({ type: 'keepAlive' });
      this.armKeepAlive();
    });
  }
}

function isOf(wanted: SessionCommand['type']): (taken: Taken) => boolean {
  return ({ type }) => type === wanted;
}

function refused(message: string): CommandResult {
  return { ok: false, issues: [{ path: [], expected: 'an open connection', received: message }] };
}
