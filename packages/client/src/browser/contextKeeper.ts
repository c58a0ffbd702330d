// This file keeps one AudioContext running: starts it, notices when the browser holds it back or lets its clock stand still, and
// starts it again.
import { createVoiceError, type VoiceError } from '../errors.ts';
import { FrozenClock } from './frozenClock.ts';
import { Startup } from './startup.ts';

/** A browser that may make sound starts a context within some tens of ms; one that holds it back never does. */
const BLOCKED_AFTER_MS = 500;
/** How long `connect()` then waits for the user's gesture. */
const UNLOCK_LIMIT_MS = 10_000;

export interface ContextKeeperPorts {
  /** It slept, woke, or was taken away by a phone call. */
  onStateChange(): void;
  /** The browser wants a gesture first. */
  onBlocked(): void;
  /** What the user is being asked, if anything: browsers let a page make sound once it may listen. */
  question(): Promise<unknown> | null;
}

export class ContextKeeper {
  private readonly startup = new Startup(UNLOCK_LIMIT_MS, blockedError);
  private notice: ReturnType<typeof setTimeout> | undefined;
  private isStopped = false;
  private readonly clock: FrozenClock;
  private readonly onStateChange = (): void => this.lookAtState();

  /** @param restarts Whether a context that stops by itself is started again: one of the page's own is the page's business. */
  constructor(
    private readonly context: AudioContext,
    private readonly restarts: boolean,
    private readonly ports: ContextKeeperPorts,
  ) {
    this.clock = new FrozenClock(context, () => ports.onBlocked());
    context.addEventListener('statechange', this.onStateChange);
  }

  /** @throws {VoiceError} `audio-blocked`, when no gesture came within 10 s of the notice. */
  start(): Promise<void> {
    if (this.restarts) this.clock.start();
    if (this.context.state === 'running') this.startup.succeed();
    else this.tryToStart();
    return this.startup.done;
  }

  /** To be called inside a gesture. @throws {VoiceError} `audio-blocked`. */
  async unlock(): Promise<void> {
    const unlocking = new Startup(BLOCKED_AFTER_MS, blockedError).arm();
    this.context.resume().then(
      () => unlocking.succeed(),
      () => unlocking.fail(blockedError()),
    );
    await unlocking.done;
  }

  stop(): void {
    this.isStopped = true;
    this.clock.stop();
    clearTimeout(this.notice);
    this.context.removeEventListener('statechange', this.onStateChange);
    this.startup.fail(createVoiceError('connect-aborted', 'Audio was released while it was being opened.'));
  }

  private lookAtState(): void {
    const { state } = this.context;
    if (state === 'closed') return;
    this.ports.onStateChange();
    if (state === 'running') {
      clearTimeout(this.notice);
      this.startup.succeed();
    } else if (this.restarts) {
      // Asleep or, after a phone call, `interrupted`.
      this.tryToStart();
    }
  }

  private tryToStart(): void {
    if (this.isStopped) return;
    // Refused or left pending by a browser that wants a gesture; `statechange` tells of success.
    this.context.resume().catch(() => undefined);
    clearTimeout(this.notice);
    this.notice = setTimeout(() => this.giveNotice(), BLOCKED_AFTER_MS);
  }

  private giveNotice(): void {
    if (this.context.state === 'running') return;
    const question = this.ports.question();
    if (question !== null) return void question.then(() => this.tryToStart());
    // The limit runs from the notice on: nobody can react to what they were not told.
    this.startup.arm();
    this.ports.onBlocked();
  }
}

function blockedError(): VoiceError {
  return createVoiceError('audio-blocked', 'The browser does not let this page make sound yet.');
}
