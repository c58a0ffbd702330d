// This file is the public face of a session and carries out what the reducer decides.
import type { Vendor } from '@voicewire/protocol';
import { loadCredentials } from '../credentials/loadCredentials.ts';
import { asVoiceError, createVoiceError, type VoiceError } from '../errors.ts';
import type { PlayedSample } from '../ports/audioOutput.ts';
import type { AbortSignalLike } from '../ports/abortSignal.ts';
import { Attempt, type SessionPorts } from './attempt.ts';
import { createDeferred, type Deferred } from './deferred.ts';
import {
  SessionEmitter,
  type AgentState,
  type SessionEventName,
  type SessionListener,
  type SessionStatus,
} from './events.ts';
import { reduce } from './reduce.ts';
import { INITIAL_STATE, type SessionEffect, type SessionInput, type SessionState, type TimerName } from './state.ts';
import { collectStats, type SessionReport, type SessionStats } from './stats.ts';
import { Teardown } from './teardown.ts';
import { NamedTimers } from './timers.ts';

/** What every platform's `createVoiceSession` takes beside its ports. */
export interface SessionOptions {
  readonly vendor: Vendor;
  /** Receives what an event listener threw. Without it such faults are dropped: they are not the engine's. */
  readonly onListenerFault?: (fault: unknown) => void;
}

/** A spoken conversation with one agent. May be connected again after it ended. */
export class VoiceSession {
  private readonly emitter: SessionEmitter;
  private readonly timers: NamedTimers<TimerName>;
  private readonly inputs: SessionInput[] = [];
  private readonly teardown: Teardown;
  private isReducing = false;
  private state: SessionState = INITIAL_STATE;
  private attempt: Attempt | null = null;
  private credentials: unknown = null;
  private connecting: Deferred<void> | null = null;
  private disconnecting: Deferred<void> | null = null;
  private isMuted = false;
  private connectCalledMs = 0;
  private connectMs: number | null = null;

  constructor(
    private readonly ports: SessionPorts,
    private readonly options: SessionOptions,
  ) {
    // Deliberately silent by default: a throwing listener is the listener's fault, and a core must not log.
    this.emitter = new SessionEmitter(options.onListenerFault ?? (() => {}));
    this.timers = new NamedTimers(ports.clock);
    this.teardown = new Teardown(ports, options.vendor.capabilities.timeouts.closeMs);
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
    this.attempt?.uplink.setMuted(isMuted);
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
    const { attempt } = this;
    if (attempt === null || this.state.status !== 'connected') return;
    const requestedMs = this.ports.clock.nowMs();
    attempt.downlink.interrupt();
    void this.ports.output.flush().then((lastHeard) => {
      // The session may have ended before the fade did; then there is nothing left to tell.
      if (this.attempt !== attempt || this.state.status !== 'connected') return;
      const silentMs =
        lastHeard === null
          ? requestedMs
          : Math.max(requestedMs, this.ports.output.audibleTimeMs(lastHeard.outputFrame));
      this.emitter.emit('interrupted', { requestedMs, silentMs });
    });
  }

  stats(): SessionStats {
    return collectStats(this.ports, this.attempt, { status: this.status, connectMs: this.connectMs });
  }

  /** Stats with raw measurements, for benchmarks and bug reports. Holds no secret, no audio, no transcript. */
  exportReport(): SessionReport {
    return { ...this.stats(), captureToWireMs: this.attempt?.uplink.captureToWireMs.toArray() ?? [] };
  }

  /** Loudness of the microphone now: 0 at −60 dBFS and below, 1 at full scale. */
  getInputLevel(): number {
    return this.isMuted || this.attempt === null ? 0 : levelOf(this.attempt.inputRmsDb);
  }

  /** Loudness of the agent now, on the same scale. */
  getOutputLevel(): number {
    return this.attempt === null ? 0 : levelOf(this.ports.output.counters.rmsDb);
  }

  // Inputs that effects bring about wait until the transition that caused them is complete.
  private dispatch(input: SessionInput): void {
    this.inputs.push(input);
    if (this.isReducing) return;
    this.isReducing = true;
    try {
      for (let next = this.inputs.shift(); next !== undefined; next = this.inputs.shift()) {
        const { state, effects } = reduce(this.state, next, { timeouts: this.options.vendor.capabilities.timeouts });
        this.state = state;
        for (const effect of effects) this.perform(effect);
      }
    } finally {
      this.isReducing = false;
    }
  }

  private perform(effect: SessionEffect): void {
    const { attempt: number } = this.state;
    switch (effect.type) {
      case 'startAudio':
        return this.startAudio(number);
      case 'loadCredentials':
        return this.settleInto(number, loadCredentials(this.options.vendor), (credentials) => {
          this.credentials = credentials;
          this.dispatch({ type: 'credentialsArrived', attempt: number });
        });
      case 'openSocket':
        this.attempt?.openSocket(this.credentials);
        this.credentials = null;
        return;
      case 'greetVendor':
        return this.attempt?.greetVendor();
      case 'openGate':
        return this.attempt?.uplink.open();
      case 'closeGate':
        return this.attempt?.uplink.close();
      case 'armTimer':
        return this.timers.arm(effect.timer, effect.delayMs, () =>
          this.dispatch({ type: 'timerFired', attempt: number, timer: effect.timer }),
        );
      case 'clearTimer':
        return this.timers.clear(effect.timer);
      case 'release':
        return this.teardown.run(this.attempt, effect, () => this.dispatch({ type: 'released', attempt: number }));
      case 'settleConnect':
        return this.settleConnect(effect.error);
      case 'settleDisconnect':
        this.disconnecting?.resolve();
        this.disconnecting = null;
        return;
      case 'emit':
        return this.emitter.emit(effect.name, effect.event);
    }
  }

  private startAudio(number: number): void {
    const { vendor } = this.options;
    const attempt = new Attempt(number, vendor, this.ports, this.emitter, (input) => this.dispatch(input));
    attempt.uplink.setMuted(this.isMuted);
    this.attempt = attempt;
    const fail = (error: VoiceError): void => this.dispatch({ type: 'failed', attempt: number, error });
    const { downlinkAudio } = vendor.capabilities;
    if (downlinkAudio.encoding !== 'pcm-s16le') {
      const details = { option: 'vendor', encoding: downlinkAudio.encoding };
      return fail(
        createVoiceError('invalid-option', 'The vendor sends audio that this engine does not decode.', { details }),
      );
    }
    const started = this.teardown.start(downlinkAudio.sampleRate, {
      input: { onFrame: (frame) => attempt.onFrame(frame), onFailure: fail },
      output: {
        onSpeechStarted: (first) => this.onAgentAudible(attempt, first),
        onSpeechEnded: (last) => this.onAgentSilent(attempt, last),
        onOverflow: () =>
          this.emitter.emit(
            'error',
            createVoiceError('downlink-overflow', 'Ten minutes of agent audio wait to be played.'),
          ),
        onFailure: fail,
      },
    });
    this.settleInto(number, started, () => this.dispatch({ type: 'audioStarted', attempt: number }));
  }

  private onAgentAudible(attempt: Attempt, first: PlayedSample): void {
    const { output } = this.ports;
    const times = attempt.downlink.timesOf(first.streamSample);
    this.dispatch({ type: 'agentSpeech', attempt: attempt.number, isAudible: true });
    if (times === undefined) return;
    this.emitter.emit('agentSpeechStarted', {
      receivedMs: times.receivedMs,
      decodedMs: times.decodedMs,
      jitterOutMs: output.renderTimeMs(first.outputFrame),
      audibleMs: output.audibleTimeMs(first.outputFrame),
    });
  }

  private onAgentSilent(attempt: Attempt, last: PlayedSample): void {
    this.dispatch({ type: 'agentSpeech', attempt: attempt.number, isAudible: false });
    this.emitter.emit('agentSpeechEnded', { audibleMs: this.ports.output.audibleTimeMs(last.outputFrame) });
  }

  private settleConnect(error: VoiceError | undefined): void {
    const deferred = this.connecting;
    this.connecting = null;
    if (error !== undefined) return deferred?.reject(error);
    this.connectMs = this.ports.clock.nowMs() - this.connectCalledMs;
    deferred?.resolve();
  }

  private settleInto<Value>(attempt: number, promise: Promise<Value>, use: (value: Value) => void): void {
    promise.then(use, (thrown: unknown) => {
      const error = asVoiceError(
        thrown,
        'worklet-failed',
        'An audio device or the credentials source failed unexpectedly.',
      );
      this.dispatch({ type: 'failed', attempt, error });
    });
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
