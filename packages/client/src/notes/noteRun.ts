// This file leads one note from its recording, or its words, to the last sample of the reply.
//
//   recording → credentials → upload → reply, event by event → heard → completed
//                   ↑            │ refused, and worth another try
//                   └────────────┘
import type { NoteContent, NoteConversation, NoteEnding, NoteExchange, NoteVerdict } from '@voicewire/protocol';
import { encodeMultipart } from '@voicewire/protocol/wire';
import { loadCredentials } from '../credentials/loadCredentials.ts';
import { asVoiceError, createVoiceError, VoiceError, type ErrorCode } from '../errors.ts';
import type { HttpExchange } from '../ports/http.ts';
import { within } from '../timing/within.ts';
import { ByteFilter } from './byteFilter.ts';
import { Cancellation } from './cancellation.ts';
import type { EventQueue } from './eventQueue.ts';
import { errorOfAbort, errorOfRefusal, errorOfSilence, errorOfVerdict } from './noteErrors.ts';
import type { NotePorts, SendNoteOptions } from './noteOptions.ts';
import { NotePlayer } from './notePlayer.ts';
import { readContent } from './noteSource.ts';
import { planResend } from './resend.ts';

/** Sound that may wait to be heard before nothing more is read from the network: half of what the player keeps. */
const MAX_BACKLOG_MS = 300_000;
/** How often a backlog is looked at again. */
const BACKLOG_CHECK_MS = 1_000;
/** Default of `resendForMs`. */
const DEFAULT_RESEND_MS = 5_000;

/** An abort is over by then, even where a device does not answer. */
const RELEASE_LIMIT_MS = 80;

/** How one try ended. */
interface Attempt {
  readonly verdict: NoteVerdict;
  readonly isConversationOver: boolean;
  /** Of the answer, where one came. */
  readonly status: number | undefined;
  /** A limit of ours that ended it. */
  readonly timeout: VoiceError | undefined;
}

/** One note on its way. */
export class NoteRun {
  private readonly cancellation: Cancellation;
  private readonly player: NotePlayer | null;
  private readonly conversation: NoteConversation;

  constructor(
    private readonly ports: NotePorts,
    private readonly options: SendNoteOptions,
    private readonly events: EventQueue,
  ) {
    this.cancellation = new Cancellation(ports.clock, errorOfAbort);
    this.conversation = options.conversation ?? options.vendor.createConversation(ports.platform);
    this.player = ports.output === undefined ? null : this.createPlayer(ports.output);
  }

  /** Runs to the end; whatever happens is told by the events. */
  async run(): Promise<void> {
    try {
      const { isConversationOver, verdict } = await this.sendUntilTaken(await this.read());
      await this.cancellation.wait(this.player?.finish() ?? Promise.resolve());
      const needsFinish = verdict.needsFinish === true;
      this.events.push({ type: 'noteCompleted', isConversationOver, needsFinish });
      this.events.close();
    } catch (thrown) {
      await this.fail(thrown);
    }
  }

  /** Stops everything: the recording, the request, the sound, each where it waits. */
  cancel(): void {
    this.cancellation.cancel();
    // What the loop has not taken yet belongs to a note that nobody wants any more.
    this.events.clear();
  }

  private async fail(thrown: unknown): Promise<void> {
    const error = asVoiceError(thrown, 'connection-lost', 'The note failed unexpectedly.');
    if (this.cancellation.isCancelled) {
      await within(this.ports.clock, RELEASE_LIMIT_MS, this.release());
      this.events.fail(error);
      return;
    }
    try {
      // What has arrived is heard to its end, as far as nobody objects.
      await this.cancellation.wait(this.player?.finish() ?? Promise.resolve());
      this.events.fail(error);
    } catch {
      await this.fail(errorOfAbort());
    }
  }

  private async release(): Promise<void> {
    const { audio } = this.options;
    await Promise.all([this.player?.cut(), audio !== undefined && 'discard' in audio ? audio.discard() : undefined]);
  }

  private read(): Promise<NoteContent> {
    return this.cancellation.wait(readContent(this.options, this.options.vendor.capabilities));
  }

  private async sendUntilTaken(content: NoteContent): Promise<Attempt> {
    const { vendor, resendForMs: allowedMs = DEFAULT_RESEND_MS } = this.options;
    const canRenewCredentials = typeof vendor.credentials === 'function';
    let credentialsRefusedCount = 0;
    let firstRefusedMs: number | undefined;
    for (let refusedCount = 1; ; refusedCount++) {
      const attempt = await this.send(content);
      const { verdict, status, timeout } = attempt;
      if (timeout !== undefined) throw timeout;
      if (verdict.code === 'ended') return attempt;
      if (verdict.retry === 'new-credentials') credentialsRefusedCount += 1;
      const nowMs = this.ports.clock.nowMs();
      firstRefusedMs ??= nowMs;
      const elapsedMs = nowMs - firstRefusedMs;
      const wasTaken = status === undefined || (status >= 200 && status < 300);
      const history = { refusedCount, credentialsRefusedCount, elapsedMs, allowedMs, canRenewCredentials };
      const delayMs = planResend(verdict, wasTaken, history, this.ports.random);
      if (delayMs === null) throw errorOfVerdict(verdict, status);
      this.events.push({ type: 'resendPlanned', code: verdict.code, delayMs });
      await this.cancellation.delay(delayMs);
    }
  }

  private async send(content: NoteContent): Promise<Attempt> {
    const credentials = await this.loadCredentials();
    const { contextualUpdates } = this.options;
    const note = { ...content, ...(contextualUpdates === undefined ? {} : { contextualUpdates }) };
    const begun = this.conversation.begin(credentials, note);
    if (!begun.ok) throw errorOfRefusal(begun.issues);
    const exchange = begun.message;
    try {
      return await this.exchange(exchange, new ByteFilter(credentials));
    } catch (thrown) {
      exchange.end('cancelled');
      throw thrown;
    }
  }

  private async exchange(exchange: NoteExchange, hideSecrets: ByteFilter): Promise<Attempt> {
    const { url, headers, form } = exchange.request;
    const { contentType, bytes: body } = encodeMultipart(form, this.ports.random);
    const http = this.ports.http.post({ url, headers: { ...headers, 'Content-Type': contentType }, body });
    try {
      this.events.push({ type: 'uploadStarted', uploadBytes: body.byteLength });
      const progress: { status?: number; timeout?: VoiceError } = {};
      const ending = await this.follow(http, exchange, hideSecrets, progress);
      for (const event of exchange.read(hideSecrets.end())) this.deliver(event);
      const { events, verdict, isConversationOver } = exchange.end(ending);
      for (const event of events) this.deliver(event);
      return { verdict, isConversationOver, status: progress.status, timeout: progress.timeout };
    } finally {
      http.cancel();
    }
  }

  /** Reads the answer to its end. Only an abort is thrown: everything else is an ending. */
  private async follow(
    http: HttpExchange,
    exchange: NoteExchange,
    hideSecrets: ByteFilter,
    progress: { status?: number; timeout?: VoiceError },
  ): Promise<NoteEnding> {
    const { timeouts } = this.options.vendor.capabilities;
    try {
      const head = await this.inTime(http.head, 'connect-timeout', 'its answer', timeouts.answerMs);
      progress.status = head.status;
      exchange.answered(head.status, (name) => head.header(name), this.ports.nowEpochMs());
      return await this.readBody(http, exchange, hideSecrets);
    } catch (thrown) {
      if (this.cancellation.isCancelled) throw thrown;
      // A reply that is complete needs no close of the server's: ours will do.
      if (exchange.isComplete) return 'cancelled';
      if (thrown instanceof VoiceError) progress.timeout = thrown;
      return 'broken';
    }
  }

  private async readBody(http: HttpExchange, exchange: NoteExchange, hideSecrets: ByteFilter): Promise<NoteEnding> {
    const { idleMs, replyMs, drainMs } = this.options.vendor.capabilities.timeouts;
    const { clock } = this.ports;
    // Time during which we did not read does not count.
    let deadlineMs = clock.nowMs() + replyMs;
    for (;;) {
      const pausedMs = clock.nowMs();
      await this.room();
      deadlineMs += clock.nowMs() - pausedMs;
      const restMs = deadlineMs - clock.nowMs();
      const limitMs = Math.max(0, Math.min(exchange.isComplete ? drainMs : idleMs, restMs));
      const bytes = await this.inTime(http.read(), 'reply-timeout', 'the next bytes of its reply', limitMs);
      if (bytes === null) return 'closed';
      const wasComplete = exchange.isComplete;
      for (const event of exchange.read(hideSecrets.push(bytes))) this.deliver(event);
      if (exchange.isComplete && !wasComplete) deadlineMs = clock.nowMs() + drainMs;
    }
  }

  /** Waits while too much has piled up: in the loop that takes the events, or before the speaker. */
  private async room(): Promise<void> {
    if (!this.events.hasRoom) await this.cancellation.wait(this.events.room());
    while ((this.player?.backlogMs ?? 0) > MAX_BACKLOG_MS) await this.cancellation.delay(BACKLOG_CHECK_MS);
  }

  private deliver(event: ReturnType<NoteExchange['read']>[number]): void {
    this.events.push(event);
    if (event.type === 'agentAudio') this.player?.push(event.bytes, event.format, event.generation);
    else if (event.type === 'agentAudioEnded') this.player?.end();
    else if (event.type === 'filler') this.player?.playFiller(event.content);
  }

  private loadCredentials(): Promise<unknown> {
    const { vendor } = this.options;
    const { credentialsMs: limitMs } = vendor.capabilities.timeouts;
    return this.cancellation.wait(loadCredentials(vendor, this.options), {
      limitMs,
      createError: () =>
        createVoiceError('credentials-timeout', `No credentials came within ${limitMs} ms.`, { details: { limitMs } }),
    });
  }

  private inTime<Value>(
    promise: Promise<Value>,
    code: Extract<ErrorCode, 'connect-timeout' | 'reply-timeout'>,
    waitedFor: string,
    limitMs: number,
  ): Promise<Value> {
    return this.cancellation.wait(promise, { limitMs, createError: () => errorOfSilence(code, waitedFor, limitMs) });
  }

  private createPlayer(output: NonNullable<NotePorts['output']>): NotePlayer {
    const { clock, decoders } = this.ports;
    const { events } = this;
    return new NotePlayer(
      { clock, output, decoders },
      {
        onSpeechStarted: (audibleMs) => events.push({ type: 'agentSpeechStarted', audibleMs }),
        onSpeechEnded: (audibleMs) => events.push({ type: 'agentSpeechEnded', audibleMs }),
        onFailed: (error) => events.push({ type: 'playbackFailed', error }),
      },
    );
  }
}
