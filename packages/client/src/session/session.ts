// This file is the public face of a session and carries out what the reducer decides.
import type { ResumePoint, TurnDetector, Vendor } from '@voicewire/protocol';
import { loadCredentials } from '../credentials/loadCredentials.ts';
import type { AudioDecoders } from '../downlink/audioDecoder.ts';
import { Downlink } from '../downlink/downlink.ts';
import { asVoiceError, createVoiceError, type VoiceError } from '../errors.ts';
import type { AbortSignalLike } from '../ports/abortSignal.ts';
import type { AudioInput, CapturedFrame } from '../ports/audioInput.ts';
import type { AudioOutput, PlayedSample } from '../ports/audioOutput.ts';
import { Uplink } from '../uplink/uplink.ts';
import { Commands, type UserCommand } from './commands.ts';
import { Connection, type ConnectionPorts } from './connection.ts';
import { createDeferred, type Deferred } from './deferred.ts';
import {
  SessionEmitter,
  type AgentState,
  type SessionEventName,
  type SessionListener,
  type SessionStatus,
} from './events.ts';
import { reduce } from './reduce.ts';
import { DEFAULT_RETRY_POLICY, type ReconnectOptions, type RetryDelay } from './retryPolicy.ts';
import {
  INITIAL_STATE,
  type ReducerSettings,
  type SessionEffect,
  type SessionInput,
  type SessionState,
  type TimerName,
} from './state.ts';
import { collectStats, type SessionReport, type SessionStats } from './stats.ts';
import { Teardown } from './teardown.ts';
import { NamedTimers } from './timers.ts';
import { passOn } from './vendorEvents.ts';

/** What a session is plugged into. */
export interface SessionPorts extends ConnectionPorts {
  readonly input: AudioInput;
  readonly output: AudioOutput;
  /** For vendors whose audio is compressed. */
  readonly decoders?: AudioDecoders;
  /** Uniform in [0, 1): spreads retries. Default: always the middle. */
  readonly random?: () => number;
}

/** What every platform's `createVoiceSession` takes beside its ports. */
export interface SessionOptions {
  readonly vendor: Vendor;
  /** What happens when the connection breaks. `false`: the session ends. Default: it reconnects. */
  readonly reconnect?: ReconnectOptions | false;
  /** Receives what an event listener threw. Without it such faults are dropped: they are not the engine's. */
  readonly onListenerFault?: (fault: unknown) => void;
}

/** The two ways of audio, from `connect()` to the end; connections come and go meanwhile. */
interface Audio {
  readonly uplink: Uplink;
  readonly downlink: Downlink;
}

/** Rate of the player where the vendor's compressed audio does not promise one, in Hz. */
const USUAL_SAMPLE_RATE = 44_100;
/** What meters show before the first frame. */
const SILENCE_DB = -100;

/** A spoken conversation with one agent. May be connected again after it ended, and goes on where the vendor can. */
export class VoiceSession {
  private readonly emitter: SessionEmitter;
  private readonly timers: NamedTimers<TimerName>;
  private readonly settings: ReducerSettings;
  private readonly commands: Commands;
  private readonly inputs: SessionInput[] = [];
  private readonly teardown: Teardown;
  private isReducing = false;
  private state: SessionState = INITIAL_STATE;
  private audio: Audio | null = null;
  private connection: Connection | null = null;
  private credentials: unknown = null;
  private resumePoint: ResumePoint | undefined;
  private connecting: Deferred<void> | null = null;
  private disconnecting: Deferred<void> | null = null;
  private isMuted = false;
  private inputRmsDb = SILENCE_DB;
  private connectCalledMs = 0;
  private connectMs: number | null = null;

  constructor(
    private readonly ports: SessionPorts,
    private readonly options: SessionOptions,
  ) {
    const { capabilities } = options.vendor;
    // Deliberately silent by default: a throwing listener is the listener's fault, and a core must not log.
    this.emitter = new SessionEmitter(options.onListenerFault ?? (() => {}));
    this.timers = new NamedTimers(ports.clock);
    this.settings = readSettings(options);
    this.teardown = new Teardown(ports, capabilities.timeouts.closeMs);
    this.commands = new Commands(capabilities.commands, (command) => this.send(command));
  }

  get status(): SessionStatus {
    return this.state.status;
  }

  get agentState(): AgentState {
    return this.state.agentState;
  }

  /** @returns A function that takes the listener off again. */
  on<Name extends SessionEventName>(name: Name, listener: SessionListener<Name>): () => void {
    return this.emitter.on(name, listener);
  }

  /**
   * Starts audio, gets credentials, opens the connection; resolves when the agent is listening. Call it from a click,
   * so that the browser allows sound. A second call joins the running attempt, or resolves at once when connected.
   * @throws {VoiceError} The one reason it failed; everything it had opened is released by then.
   */
  connect(options: { signal?: AbortSignalLike } = {}): Promise<void> {
    if (this.state.status === 'connected') return Promise.resolve();
    if (this.state.status === 'disconnecting') {
      return Promise.reject(createVoiceError('session-busy', 'The session is still disconnecting.'));
    }
    if (options.signal?.aborted) {
      return Promise.reject(createVoiceError('connect-aborted', 'The signal was aborted before connect().'));
    }
    if (this.connecting === null) {
      this.connecting = createDeferred();
      // While reconnecting, the promise waits for the connection that is to come back.
      if (this.state.status === 'reconnecting') return this.followSignal(this.connecting.promise, options.signal);
      this.connectCalledMs = this.ports.clock.nowMs();
      this.connectMs = null;
      this.dispatch({ type: 'connectRequested' });
    }
    return this.followSignal(this.connecting.promise, options.signal);
  }

  /** Ends the session and releases everything; resolves when that is done. Wins over a running `connect()`. */
  disconnect(): Promise<void> {
    this.disconnecting ??= createDeferred();
    const { promise } = this.disconnecting;
    this.dispatch({ type: 'disconnectRequested' });
    return promise;
  }

  /** While muted the agent hears silence. Takes effect with the next captured frame. */
  setMicMuted(isMuted: boolean): void {
    this.isMuted = isMuted;
    this.audio?.uplink.setMuted(isMuted);
  }

  get isMicMuted(): boolean {
    return this.isMuted;
  }

  /** @param gain 0 (silent) to 1. @throws {StateError} `invalid-option` for any other number. */
  setVolume(gain: number): void {
    if (!(gain >= 0 && gain <= 1)) {
      throw createVoiceError('invalid-option', `Volume is ${gain}, but must be from 0 to 1.`, { details: { gain } });
    }
    this.ports.output.setVolume(gain);
  }

  /** Cuts the agent off: silence within 5 ms, and what still arrives of the same reply is dropped. */
  interrupt(): void {
    const { audio } = this;
    if (audio === null || !this.isUp) return;
    const requestedMs = this.ports.clock.nowMs();
    audio.downlink.interrupt();
    // Where the vendor has no word for it, the interruption is ours alone; without a connection it is stale.
    if (this.state.status === 'connected' && this.options.vendor.capabilities.commands.includes('interrupt')) {
      void this.commands.submit({ type: 'interrupt' }, 'up');
    }
    this.silence(requestedMs);
  }

  /**
   * Says something in the user's name; the agent answers it. Without a connection it waits for the next one.
   * @returns A promise that is resolved once the message was handed to the socket.
   * @throws {StateError} `not-connected`, `command-not-offered` or `command-refused`, as a rejection. So do the methods
   * below.
   */
  sendUserMessage(text: string): Promise<void> {
    return this.submit({ type: 'sendUserMessage', text });
  }

  /** Tells the agent something it should know. `startTurn`: and should answer now. */
  sendContextualUpdate(text: string, options: { startTurn?: boolean } = {}): Promise<void> {
    return this.submit({ type: 'sendContextualUpdate', text, startTurn: options.startTurn === true });
  }

  /** Sends a message of the vendor's own, as an object in wire spelling, for what has no method here. */
  sendRaw(message: unknown): Promise<void> {
    return this.submit({ type: 'sendRaw', message });
  }

  /** The user's turn is complete: for turns that the client detects, such as push-to-talk. Said behind all of its audio. */
  endUserTurn(): Promise<void> {
    const { audio } = this;
    const said = new Promise<void>((resolve, reject) => {
      const say = (): void => void this.submit({ type: 'endUserTurn' }).then(resolve, reject);
      if (audio === null) say();
      else audio.uplink.endTurn(say);
    });
    said.catch(() => undefined);
    return said;
  }

  /** Who finds the ends of the user's turns from now on. */
  setTurnDetector(detector: TurnDetector): Promise<void> {
    return this.submit({ type: 'setTurnDetector', detector });
  }

  /** Completes the conversation, so that it cannot be taken up again, and ends the session when the vendor agrees. */
  finish(): Promise<void> {
    return this.submit({ type: 'finish' });
  }

  stats(): SessionStats {
    return collectStats(this.ports, this.audio, { status: this.status, connectMs: this.connectMs });
  }

  /** Stats with raw measurements, for benchmarks and bug reports. Holds no secret, no audio, no transcript. */
  exportReport(): SessionReport {
    return { ...this.stats(), captureToWireMs: this.audio?.uplink.captureToWireMs.toArray() ?? [] };
  }

  /** Loudness of the microphone now: 0 at −60 dBFS and below, 1 at full scale. */
  getInputLevel(): number {
    return this.isMuted || this.audio === null ? 0 : levelOf(this.inputRmsDb);
  }

  /** Loudness of the agent now, on the same scale. */
  getOutputLevel(): number {
    return this.audio === null ? 0 : levelOf(this.ports.output.counters.rmsDb);
  }

  private get isUp(): boolean {
    return this.state.status === 'connected' || this.state.status === 'reconnecting';
  }

  private submit(command: UserCommand): Promise<void> {
    const { status } = this.state;
    const isComing = status === 'connecting' || status === 'reconnecting';
    return this.commands.submit(command, status === 'connected' ? 'up' : isComing ? 'coming' : 'none');
  }

  private send(command: UserCommand): ReturnType<Connection['command']> {
    return this.connection?.command(command) ?? { ok: false, issues: [] };
  }

  // Inputs that effects bring about wait until the transition that caused them is complete.
  private dispatch(input: SessionInput): void {
    this.inputs.push(input);
    if (this.isReducing) return;
    this.isReducing = true;
    try {
      for (let next = this.inputs.shift(); next !== undefined; next = this.inputs.shift()) {
        const { state, effects } = reduce(this.state, next, this.settings, this.ports.clock.nowMs());
        this.state = state;
        for (const effect of effects) this.perform(effect);
      }
    } finally {
      this.isReducing = false;
    }
  }

  private perform(effect: SessionEffect): void {
    const { attempt } = this.state;
    switch (effect.type) {
      case 'startAudio':
        return this.startAudio(attempt);
      case 'loadCredentials':
        return this.loadCredentials(attempt);
      case 'openSocket':
        return this.openSocket(attempt);
      case 'greetVendor':
        return this.connection?.greetVendor();
      case 'openGate':
        return this.audio?.uplink.open();
      case 'closeGate':
        return this.audio?.uplink.close();
      case 'dropConnection':
        return this.dropConnection();
      case 'armTimer':
        return this.armTimer(effect.timer, effect.delayMs);
      case 'armRetry':
        return this.armTimer('retry', this.drawDelay(effect.delay));
      case 'clearTimer':
        return this.timers.clear(effect.timer);
      case 'release':
        this.commands.rejectAll();
        return this.teardown.run(this.connection, this.audio?.uplink ?? null, effect, () =>
          this.dispatch({ type: 'released' }),
        );
      case 'settleConnect':
        return this.settleConnect(effect.error);
      case 'settleDisconnect':
        this.forgetConnection();
        this.disconnecting?.resolve();
        this.disconnecting = null;
        return;
      case 'emit':
        return this.emitter.emit(effect.name, effect.event);
    }
  }

  private armTimer(timer: TimerName, delayMs: number): void {
    const { attempt } = this.state;
    this.timers.arm(timer, delayMs, () => this.dispatch({ type: 'timerFired', attempt, timer }));
  }

  private drawDelay({ minMs, maxMs }: RetryDelay): number {
    return minMs + (maxMs - minMs) * (this.ports.random?.() ?? 0.5);
  }

  private startAudio(attempt: number): void {
    const { capabilities } = this.options.vendor;
    const outputRate = capabilities.downlinkAudio.sampleRate ?? USUAL_SAMPLE_RATE;
    const nowMs = (): number => this.ports.clock.nowMs();
    const onError = (error: VoiceError): void => this.emitter.emit('error', error);
    const uplink = new Uplink(capabilities, this.ports.input, {
      nowMs,
      send: (bytes) => this.connection?.command({ type: 'sendAudio', bytes }).ok ?? false,
      canSend: () => this.connection?.canSendAudio ?? false,
      onCongested: (droppedMs) => this.emitter.emit('congested', { droppedMs }),
      onLost: (durationMs) => this.emitter.emit('speechLost', { durationMs }),
    });
    const { output, decoders } = this.ports;
    if (capabilities.downlinkAudio.encoding !== 'pcm-s16le') decoders?.prepare();
    const downlink = new Downlink(capabilities, outputRate, { output, decoders, nowMs, onError });
    uplink.setMuted(this.isMuted);
    const audio = { uplink, downlink };
    this.audio = audio;
    // A device of an earlier call may fail late, such as a microphone prompt that is denied after all.
    const fail = (error: VoiceError): void => {
      if (this.audio === audio) this.dispatch({ type: 'audioFailed', error });
    };
    const started = this.teardown.start(outputRate, {
      input: { onFrame: (frame) => this.onFrame(uplink, frame), onFailure: fail },
      output: {
        onSpeechStarted: (first) => this.onAgentAudible(downlink, first),
        onSpeechEnded: (last) => this.onAgentSilent(last),
        onOverflow: () =>
          onError(createVoiceError('downlink-overflow', 'Ten minutes of agent audio wait to be played.')),
        onFailure: fail,
      },
    });
    started.then(
      () => this.dispatch({ type: 'audioStarted', attempt }),
      (thrown: unknown) => fail(asVoiceError(thrown, 'worklet-failed', 'An audio device failed unexpectedly.')),
    );
  }

  private onFrame(uplink: Uplink, frame: CapturedFrame): void {
    this.inputRmsDb = frame.rmsDb;
    uplink.push(frame);
  }

  private loadCredentials(attempt: number): void {
    loadCredentials(this.options.vendor).then(
      (credentials) => {
        this.credentials = credentials;
        this.dispatch({ type: 'credentialsArrived', attempt });
      },
      (thrown: unknown) => {
        const error = asVoiceError(thrown, 'credentials-failed', 'The credentials source failed unexpectedly.');
        this.dispatch({ type: 'attemptFailed', attempt, error });
      },
    );
  }

  private openSocket(attempt: number): void {
    const { audio, emitter } = this;
    if (audio === null) return;
    const connection = new Connection(attempt, this.options.vendor, this.ports, emitter, {
      dispatch: (input) => this.dispatch(input),
      onEvent: (event, receivedMs) =>
        passOn(event, receivedMs, {
          emitter,
          downlink: audio.downlink,
          onInterrupted: (requestedMs) => this.silence(requestedMs),
          onDeadConnection: (stalledMs) => this.dispatch({ type: 'connectionStalled', attempt, stalledMs }),
        }),
    });
    this.connection = connection;
    connection.open(this.credentials, this.resumePoint);
    this.credentials = null;
  }

  private dropConnection(): void {
    this.connection?.hangUp();
    this.forgetConnection();
    this.audio?.uplink.lose();
    this.audio?.downlink.disconnect();
  }

  /** A later connection goes on with the conversation where this one leaves it, unless it is finished. */
  private forgetConnection(): void {
    if (this.connection?.wasAccepted === true) this.resumePoint = this.connection.resumePoint;
    this.connection = null;
  }

  /** Fades out what is heard and drops what is queued; then says when it was silent. */
  private silence(requestedMs: number): void {
    const { output } = this.ports;
    void output.flush().then((lastHeard) => {
      // The session may have ended before the fade did; then there is nothing left to tell.
      if (!this.isUp) return;
      const silentMs =
        lastHeard === null ? requestedMs : Math.max(requestedMs, output.audibleTimeMs(lastHeard.outputFrame));
      this.emitter.emit('interrupted', { requestedMs, silentMs });
    });
  }

  private onAgentAudible(downlink: Downlink, first: PlayedSample): void {
    const { output } = this.ports;
    const times = downlink.timesOf(first.streamSample);
    this.dispatch({ type: 'agentSpeech', isAudible: true });
    if (times === undefined) return;
    this.emitter.emit('agentSpeechStarted', {
      receivedMs: times.receivedMs,
      decodedMs: times.decodedMs,
      jitterOutMs: output.renderTimeMs(first.outputFrame),
      audibleMs: output.audibleTimeMs(first.outputFrame),
    });
  }

  private onAgentSilent(last: PlayedSample): void {
    this.dispatch({ type: 'agentSpeech', isAudible: false });
    this.emitter.emit('agentSpeechEnded', { audibleMs: this.ports.output.audibleTimeMs(last.outputFrame) });
  }

  private settleConnect(error: VoiceError | undefined): void {
    const deferred = this.connecting;
    this.connecting = null;
    if (error !== undefined) return deferred?.reject(error);
    this.connectMs ??= this.ports.clock.nowMs() - this.connectCalledMs;
    this.commands.release();
    deferred?.resolve();
  }

  private followSignal(promise: Promise<void>, signal: AbortSignalLike | undefined): Promise<void> {
    if (signal === undefined) return promise;
    const abort = (): void => void this.disconnect();
    signal.addEventListener('abort', abort);
    const detach = (): void => signal.removeEventListener('abort', abort);
    promise.then(detach, detach);
    return promise;
  }
}

/** Level shown by meters: a straight line in dB, which is how loudness is heard. */
function levelOf(rmsDb: number): number {
  return Math.min(Math.max((rmsDb + 60) / 60, 0), 1);
}

function readSettings({ vendor, reconnect = {} }: SessionOptions): ReducerSettings {
  const { timeouts } = vendor.capabilities;
  if (reconnect === false) return { timeouts, retryPolicy: null, handOverAfterMs: null };
  const { handOverAfterMs = null, ...policy } = reconnect;
  for (const [option, value] of Object.entries<unknown>({ ...reconnect })) {
    if (typeof value === 'number' && value >= 0) continue;
    const details = { option: `reconnect.${option}`, value };
    throw createVoiceError('invalid-option', `reconnect.${option} is ${String(value)}, but must be 0 or more.`, {
      details,
    });
  }
  return { timeouts, retryPolicy: { ...DEFAULT_RETRY_POLICY, ...policy }, handOverAfterMs };
}
