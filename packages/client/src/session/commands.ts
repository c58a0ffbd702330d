// This file holds what the user's program wants to say until the connection takes it. Each wish is answered exactly once.
import type { CommandResult, OptionalCommand, SessionCommand } from '@voicewire/protocol';
import { createVoiceError, type VoiceError } from '../errors.ts';
import { createDeferred, type Deferred } from './deferred.ts';

/** The commands a program may give. */
export type UserCommand = Extract<SessionCommand, { type: OptionalCommand }>;

interface Waiting {
  readonly command: UserCommand;
  readonly deferred: Deferred<void>;
}

/** Commands that may wait for a connection. */
const MAX_WAITING = 100;

/** First in, first out. */
export class Commands {
  private waiting: Waiting[] = [];

  /** @param offered What the vendor has. @param send Says it now, or tells why not. */
  constructor(
    private readonly offered: readonly OptionalCommand[],
    private readonly send: (command: UserCommand) => CommandResult,
  ) {}

  /**
   * Says something as soon as there is a connection.
   * @returns A promise that is resolved when the message was handed to the socket. One that nobody looks at is no fault.
   */
  submit(command: UserCommand, connection: 'up' | 'coming' | 'none'): Promise<void> {
    const deferred = createDeferred<void>();
    // A program that does not care whether it worked must not die of it.
    deferred.promise.catch(() => undefined);
    const refusal = this.judge(command, connection);
    if (refusal !== null) deferred.reject(refusal);
    else if (connection === 'up') this.perform({ command, deferred });
    else this.waiting.push({ command, deferred });
    return deferred.promise;
  }

  /** There is a connection: everything that waits is said. */
  release(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const entry of waiting) this.perform(entry);
  }

  /** There will be none. */
  rejectAll(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const { deferred } of waiting) deferred.reject(notConnected());
  }

  private judge({ type }: UserCommand, connection: 'up' | 'coming' | 'none'): VoiceError | null {
    if (!this.offered.includes(type)) {
      const details = { command: type, offered: this.offered };
      return createVoiceError('command-not-offered', `The vendor has no way to ${type}.`, { details });
    }
    if (connection === 'none') return notConnected();
    if (connection === 'coming' && this.waiting.length >= MAX_WAITING) {
      return createVoiceError('command-refused', `${MAX_WAITING} commands wait for the connection already.`);
    }
    return null;
  }

  private perform({ command, deferred }: Waiting): void {
    const result = this.send(command);
    if (result.ok) return deferred.resolve();
    const details = { command: command.type, issues: result.issues };
    deferred.reject(createVoiceError('command-refused', `${command.type} is not possible now.`, { details }));
  }
}

function notConnected(): VoiceError {
  return createVoiceError('not-connected', 'There is no session to say this in.');
}
