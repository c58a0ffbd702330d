// This file keeps the connections of one session: the one that holds, the one that is to be next, and those on their way out.
import type { CommandResult, SessionEvent } from '@voicewire/protocol';
import { loadCredentials } from '../credentials/loadCredentials.ts';
import { asVoiceError } from '../errors.ts';
import type { Receipt } from '../transport/outbox.ts';
import type { UserCommand } from './commands.ts';
import { Connection, type LeftConversation } from './connection.ts';
import type { SessionEmitter } from './events.ts';
import type { SessionOptions, SessionPorts } from './options.ts';
import type { Farewell, SessionInput } from './state.ts';
import type { Teardown } from './teardown.ts';

/** What the connections tell the session. */
export interface ConnectionsSink {
  readonly emitter: SessionEmitter;
  readonly teardown: Teardown;
  dispatch(input: SessionInput): void;
  /** A vendor event of the connection that holds. */
  onEvent(event: SessionEvent, receivedMs: number, attempt: number): void;
}

/** Does what the reducer asks for, connection by connection. */
export class Connections {
  private held: Connection | null = null;
  /** The connection that is to be the next one, and what it has said so far. */
  private successor: { readonly connection: Connection; readonly said: (() => void)[] } | null = null;
  private credentials: unknown = null;
  private left: LeftConversation | null = null;

  constructor(
    private readonly ports: SessionPorts,
    private readonly options: SessionOptions,
    private readonly sink: ConnectionsSink,
  ) {}

  /** The connection that holds, or is on its way to it. */
  get current(): Connection | null {
    return this.held;
  }

  loadCredentials(attempt: number): void {
    loadCredentials(this.options.vendor, this.options).then(
      (credentials) => {
        this.credentials = credentials;
        this.sink.dispatch({ type: 'credentialsArrived', attempt });
      },
      (thrown: unknown) => {
        const error = asVoiceError(thrown, 'credentials-failed', 'The credentials source failed unexpectedly.');
        this.sink.dispatch({ type: 'attemptFailed', attempt, error });
      },
    );
  }

  /** @param isNext Opened beside the one that holds, to take its place. */
  open(attempt: number, isNext: boolean): void {
    const { sink } = this;
    const connection = new Connection(attempt, this.options.vendor, this.ports, sink.emitter, {
      dispatch: (input) => sink.dispatch(input),
      onEvent: (event, receivedMs) => {
        const tell = (): void => sink.onEvent(event, receivedMs, attempt);
        if (connection === this.held) tell();
        else if (connection === this.successor?.connection) this.successor.said.push(tell);
      },
    });
    if (isNext) this.successor = { connection, said: [] };
    else this.held = connection;
    connection.open(this.credentials, this.left);
    this.credentials = null;
  }

  greet(attempt: number): void {
    const { held, successor } = this;
    (held?.number === attempt ? held : successor?.connection)?.greetVendor();
  }

  command(command: UserCommand, receipt: Receipt): CommandResult {
    return this.held?.command(command, receipt) ?? { ok: false, issues: [] };
  }

  get canSendAudio(): boolean {
    return this.held?.canSendAudio ?? false;
  }

  /** @param bytes One message, valid during the call. @returns False when it was refused. */
  sendAudio(bytes: Uint8Array): boolean {
    const isSent = this.held?.command({ type: 'sendAudio', bytes }).ok ?? false;
    // A successor waits in the cadence that its vendor needs, and hears nothing yet.
    const { needsContinuousUplink } = this.options.vendor.capabilities;
    if (isSent && needsContinuousUplink) {
      this.successor?.connection.command({ type: 'sendAudio', bytes: new Uint8Array(bytes.length) });
    }
    return isSent;
  }

  /** The successor takes over, and the old connection is left. What the new one has said is told now. */
  adopt(): void {
    const { held: old, successor } = this;
    if (successor === null) return;
    this.forget();
    this.held = successor.connection;
    this.successor = null;
    if (old !== null) void this.sink.teardown.leave(old);
    for (const tell of successor.said) tell();
  }

  dropSuccessor(): void {
    this.successor?.connection.leave();
    this.successor?.connection.hangUp();
    this.successor = null;
  }

  /** @param attempt The one that waits for a graceful farewell. */
  drop(farewell: Farewell, attempt: number): void {
    const { held } = this;
    if (farewell === 'graceful' && held !== null) {
      void this.sink.teardown.leave(held).then(() => this.sink.dispatch({ type: 'connectionLeft', attempt }));
    } else {
      if (farewell === 'quick') held?.leave();
      held?.hangUp();
    }
    this.forget();
  }

  /** A later connection goes on with the conversation where this one leaves it, unless it is finished. */
  forget(): void {
    const { held } = this;
    this.held = null;
    if (held?.wasAccepted !== true) return;
    const { resumePoint } = held;
    this.left = resumePoint === undefined ? null : { resumePoint, leftMs: this.ports.clock.nowMs() };
  }

  forgetConversation(): void {
    this.left = null;
  }
}
