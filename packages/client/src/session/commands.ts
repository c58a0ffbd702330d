// This file holds what the user's program wants to say until the connection takes it. Each wish is answered exactly once.
import type { CommandResult, OptionalCommand, SessionCommand } from '@voicewire/protocol';
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { Receipt } from '../transport/outbox.ts';
import { createDeferred, type Deferred } from './deferred.ts';

/** The commands a program may give. */
export type UserCommand = Extract<SessionCommand, { type: OptionalCommand }>;

/** Whether there is a connection to say something on, or there will be. */
export type Outlook = 'up' | 'coming' | 'none';

export interface CommandsPorts {
  /** Says it now, or tells why not. A command that was taken and never left comes back by its receipt. */
  say(command: UserCommand, receipt: Receipt): CommandResult;
  outlook(): Outlook;
}

interface Waiting {
  readonly command: UserCommand;
  readonly deferred: Deferred<void>;
  /** In the order of the calls. */
  readonly place: number;
}

/** Commands that may wait for a connection, beside those that come back from one that was lost. */
const MAX_WAITING = 100;
/** What these mean is over with the connection that they were said on: its reply is silent, its turn was not heard. */
const OF_ONE_CONNECTION: ReadonlySet<string> = new Set<UserCommand['type']>(['interrupt', 'endUserTurn']);

/** First in, first out. */
export class Commands {
  private waiting: Waiting[] = [];
  private count = 0;

  /** @param offered What the vendor has. */
  constructor(
    private readonly offered: readonly OptionalCommand[],
    private readonly ports: CommandsPorts,
  ) {}

  /**
   * Says something as soon as there is a connection; what one did not get before it was lost is said on the next.
   * @returns A promise that is resolved when the message was handed to the socket. One that nobody looks at is no fault.
   */
  submit(command: UserCommand): Promise<void> {
    const deferred = createDeferred<void>();
    // A program that does not care whether it worked must not die of it.
    deferred.promise.catch(() => undefined);
    const refusal = this.judge(command);
    if (refusal !== null) deferred.reject(refusal);
    else this.say({ command, deferred, place: this.count++ });
    return deferred.promise;
  }

  /** There is a connection: everything that waits is said. */
  release(): void {
    for (const entry of this.takeWaiting()) this.perform(entry);
  }

  /** There will be none. */
  rejectAll(): void {
    for (const { deferred } of this.takeWaiting()) deferred.reject(notConnected());
  }

  private takeWaiting(): readonly Waiting[] {
    const { waiting } = this;
    this.waiting = [];
    return waiting.sort((a, b) => a.place - b.place);
  }

  private judge({ type }: UserCommand): VoiceError | null {
    if (!this.offered.includes(type)) {
      const details = { command: type, offered: this.offered };
      return createVoiceError('command-not-offered', `The vendor has no way to ${type}.`, { details });
    }
    if (this.ports.outlook() === 'coming' && this.waiting.length >= MAX_WAITING) {
      return createVoiceError('command-refused', `${MAX_WAITING} commands wait for the connection already.`);
    }
    return null;
  }

  private say(entry: Waiting): void {
    const outlook = this.ports.outlook();
    if (outlook === 'up') this.perform(entry);
    else if (outlook === 'coming') this.waiting.push(entry);
    else entry.deferred.reject(notConnected());
  }

  private perform(entry: Waiting): void {
    const { command, deferred } = entry;
    const result = this.ports.say(command, (wasSent) => {
      if (wasSent) deferred.resolve();
      else if (OF_ONE_CONNECTION.has(command.type)) deferred.reject(notConnected());
      else this.say(entry);
    });
    if (result.ok) return;
    const details = { command: command.type, issues: result.issues };
    deferred.reject(createVoiceError('command-refused', `${command.type} is not possible now.`, { details }));
  }
}

function notConnected(): VoiceError {
  return createVoiceError('not-connected', 'There is no session to say this in.');
}
