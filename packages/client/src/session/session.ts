// This file is the public face of a session.
import type { TurnDetector } from '@voicewire/protocol';
import { createVoiceError } from '../errors.ts';
import type { AbortSignalLike } from '../ports/abortSignal.ts';
import type { AudioDevice } from '../ports/audioDevices.ts';
import { SessionEngine, type CallPartsSource } from './engine.ts';
import type { SessionEventName, SessionListener } from './events.ts';
import type { AgentState, SessionStatus } from './status.ts';
import type { SessionOptions, SessionPorts } from './options.ts';
import type { SessionReport, SessionStats } from './stats.ts';

/** A spoken conversation with one agent. May be connected again after it ended, and goes on where the vendor can. */
export class VoiceSession {
  private readonly engine: SessionEngine;
  private volume = 1;
  private isOnHold = false;

  /** @param parts What calls are made of, or how it is loaded with the first one. @throws {StateError} `invalid-option`. */
  constructor(
    private readonly ports: SessionPorts,
    private readonly options: SessionOptions,
    parts: CallPartsSource,
  ) {
    this.engine = new SessionEngine(ports, options, parts);
  }

  get status(): SessionStatus {
    return this.engine.state.status;
  }

  get agentState(): AgentState {
    return this.engine.state.agentState;
  }

  /** @returns A function that takes the listener off again. */
  on<Name extends SessionEventName>(name: Name, listener: SessionListener<Name>): () => void {
    return this.engine.emitter.on(name, listener);
  }

  /**
   * Starts audio, gets credentials, opens the connection; resolves when the agent is listening. Call it from a click,
   * so that the browser allows sound. A second call joins the running attempt, or resolves at once when connected.
   * @throws {VoiceError} The one reason it failed; everything it had opened is released by then.
   */
  connect(options: { signal?: AbortSignalLike } = {}): Promise<void> {
    if (this.status === 'connected') return Promise.resolve();
    if (this.status === 'disconnecting') {
      return Promise.reject(createVoiceError('session-busy', 'The session is still disconnecting.'));
    }
    if (options.signal?.aborted) {
      return Promise.reject(createVoiceError('connect-aborted', 'The signal was aborted before connect().'));
    }
    return this.followSignal(this.engine.connect(), options.signal);
  }

  /** Ends the session and releases everything; resolves when that is done. Wins over a running `connect()`. */
  disconnect(): Promise<void> {
    return this.engine.disconnect();
  }

  /** While muted the agent hears silence. Takes effect with the next captured frame. */
  setMicMuted(isMuted: boolean): void {
    this.engine.microphone.setMuted(isMuted);
  }

  get isMicMuted(): boolean {
    return this.engine.microphone.isMuted;
  }

  /** On hold neither side hears the other, and the call stays up: what the agent says meanwhile is not heard. */
  setOnHold(isOnHold: boolean): void {
    this.isOnHold = isOnHold;
    this.engine.microphone.setOnHold(isOnHold);
    this.ports.output.setVolume(isOnHold ? 0 : this.volume);
  }

  /** @param gain 0 (silent) to 1. @throws {StateError} `invalid-option` for any other number. */
  setVolume(gain: number): void {
    if (!(gain >= 0 && gain <= 1)) {
      throw createVoiceError('invalid-option', `Volume is ${gain}, but must be from 0 to 1.`, { details: { gain } });
    }
    this.volume = gain;
    if (!this.isOnHold) this.ports.output.setVolume(gain);
  }

  /** Cuts the agent off: silence within 5 ms, and what still arrives of the same reply is dropped. */
  interrupt(): void {
    this.engine.interrupt();
  }

  /**
   * Says something in the user's name; the agent answers it. Without a connection it waits for the next one, and so does
   * what a connection that was lost had not sent: for its turn, or for the vendor's rate limit.
   * @returns A promise that is resolved once the message was handed to the socket.
   * @throws {StateError} `not-connected`, `command-not-offered` or `command-refused`, as a rejection. So do the methods
   * below.
   */
  sendUserMessage(text: string): Promise<void> {
    return this.engine.submit({ type: 'sendUserMessage', text });
  }

  /** Tells the agent something it should know. `startTurn`: and should answer now. */
  sendContextualUpdate(text: string, options: { startTurn?: boolean } = {}): Promise<void> {
    return this.engine.submit({ type: 'sendContextualUpdate', text, startTurn: options.startTurn === true });
  }

  /** Sends a message of the vendor's own, as an object in wire spelling, for what has no method here. */
  sendRaw(message: unknown): Promise<void> {
    return this.engine.submit({ type: 'sendRaw', message });
  }

  /** The user's turn is complete: for turns that the client detects, such as push-to-talk. Said behind all of its audio. */
  endUserTurn(): Promise<void> {
    return this.sayBehindAudio('endUserTurn');
  }

  /** Who finds the ends of the user's turns from now on. */
  setTurnDetector(detector: TurnDetector): Promise<void> {
    return this.engine.submit({ type: 'setTurnDetector', detector });
  }

  /**
   * Completes the conversation, so that it cannot be taken up again, and ends the session when the vendor agrees. Said behind
   * all audio of a turn that the client detects.
   */
  finish(): Promise<void> {
    const { turnDetector } = this.options.vendor.capabilities;
    return turnDetector === 'client' ? this.sayBehindAudio('finish') : this.engine.submit({ type: 'finish' });
  }

  /** Microphones and loudspeakers. Labels are empty until the user has allowed a microphone. @throws {StateError} `device-not-selectable` in Node. */
  listDevices(): Promise<readonly AudioDevice[]> {
    return this.engine.devices.list();
  }

  /**
   * Listens to another microphone, at once or when a session starts; so do all that share its `BrowserAudio`. The one before
   * it stays when it cannot be had.
   * @param id Of `listDevices()`, or `default`.
   * @throws {VoiceError} `microphone-not-found`, `microphone-denied`, `microphone-failed`, `device-not-selectable`.
   */
  setInputDevice(id: string): Promise<void> {
    return this.engine.devices.selectInput(id);
  }

  /** Speaks through another loudspeaker. As above. @throws {VoiceError} `speaker-not-found`, `speaker-failed`, `device-not-selectable`. */
  setOutputDevice(id: string): Promise<void> {
    return this.engine.devices.selectOutput(id);
  }

  /** Lets sound out after `playbackBlocked`. Call it from a click. @throws {DeviceError} `audio-blocked`. */
  unlockAudio(): Promise<void> {
    return this.engine.devices.unlock();
  }

  stats(): SessionStats {
    return this.engine.stats();
  }

  /** Stats with raw measurements, for benchmarks and bug reports. Holds no secret, no audio, no transcript. */
  exportReport(): SessionReport {
    return { ...this.stats(), captureToWireMs: this.engine.audio?.uplink.captureToWireMs.toArray() ?? [] };
  }

  /** Loudness of the microphone now: 0 at −60 dBFS and below, 1 at full scale. */
  getInputLevel(): number {
    return this.engine.inputLevel;
  }

  /** Loudness of the agent now, on the same scale. */
  getOutputLevel(): number {
    return this.engine.outputLevel;
  }

  private sayBehindAudio(type: 'endUserTurn' | 'finish'): Promise<void> {
    const said = new Promise<void>((resolve, reject) => {
      this.engine.endTurn(() => void this.engine.submit({ type }).then(resolve, reject));
    });
    said.catch(() => undefined);
    return said;
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
