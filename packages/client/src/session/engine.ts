// This file carries out what the reducer decides: it owns the state, the timers, the audio and the connection of a session.
import type { ResumePoint } from '@voicewire/protocol';
import { loadCredentials } from '../credentials/loadCredentials.ts';
import { asVoiceError, type VoiceError } from '../errors.ts';
import { CallAudio } from './callAudio.ts';
import { Commands, type UserCommand } from './commands.ts';
import { Connection } from './connection.ts';
import { DeviceControl } from './deviceControl.ts';
import { createDeferred, type Deferred } from './deferred.ts';
import { SessionEmitter } from './events.ts';
import { readSettings, type SessionOptions, type SessionPorts } from './options.ts';
import { reduce } from './reduce.ts';
import type { RetryDelay } from './retryPolicy.ts';
import {
  INITIAL_STATE,
  type Farewell,
  type ReducerSettings,
  type SessionEffect,
  type SessionInput,
  type SessionState,
  type TimerName,
} from './state.ts';
import { Surroundings } from './surroundings.ts';
import { Teardown } from './teardown.ts';
import { NamedTimers } from './timers.ts';
import { passOn } from './vendorEvents.ts';

/** The engine of one session; `VoiceSession` is its public face. */
export class SessionEngine {
  readonly emitter: SessionEmitter;
  readonly devices: DeviceControl;
  private readonly timers: NamedTimers<TimerName>;
  private readonly settings: ReducerSettings;
  private readonly commands: Commands;
  private readonly teardown: Teardown;
  private readonly surroundings: Surroundings;
  private readonly inputs: SessionInput[] = [];
  private isReducing = false;
  private current: SessionState = INITIAL_STATE;
  private call: CallAudio | null = null;
  private connection: Connection | null = null;
  /** The connection that is to be the next one, and what it has said so far. */
  private successor: { readonly connection: Connection; readonly held: (() => void)[] } | null = null;
  private credentials: unknown = null;
  private resumePoint: ResumePoint | undefined;
  private connecting: Deferred<void> | null = null;
  private disconnecting: Deferred<void> | null = null;
  private isMuted = false;
  private connectCalledMs = 0;
  private connectTookMs: number | null = null;

  constructor(
    private readonly ports: SessionPorts,
    private readonly options: SessionOptions,
  ) {
    const { capabilities } = options.vendor;
    // Deliberately silent by default: a throwing listener is the listener's fault, and a core must not log.
    this.emitter = new SessionEmitter(options.onListenerFault ?? (() => {}));
    this.devices = new DeviceControl(ports.devices, this.emitter);
    this.timers = new NamedTimers(ports.clock);
    this.settings = readSettings(options);
    this.teardown = new Teardown(ports, capabilities.timeouts.closeMs);
    this.surroundings = new Surroundings(ports, (input) => this.dispatch(input));
    this.commands = new Commands(capabilities.commands, (command) => this.send(command));
  }

  get state(): SessionState {
    return this.current;
  }

  /** The audio of the call that runs, or ran last; null before the first. */
  get audio(): CallAudio | null {
    return this.call;
  }

  get isMicMuted(): boolean {
    return this.isMuted;
  }

  /** From the call of `connect()` to its success; null until then. */
  get connectMs(): number | null {
    return this.connectTookMs;
  }

  /** Brings the session up; while it is on its way, joins in. */
  connect(): Promise<void> {
    if (this.connecting !== null) return this.connecting.promise;
    const { promise } = (this.connecting = createDeferred());
    // While reconnecting, the promise waits for the connection that is to come back.
    if (this.current.status === 'reconnecting') return promise;
    this.connectCalledMs = this.ports.clock.nowMs();
    this.connectTookMs = null;
    this.dispatch({ type: 'connectRequested' });
    return promise;
  }

  disconnect(): Promise<void> {
    const { promise } = (this.disconnecting ??= createDeferred());
    this.dispatch({ type: 'disconnectRequested' });
    return promise;
  }

  setMicMuted(isMuted: boolean): void {
    this.isMuted = isMuted;
    this.call?.uplink.setMuted(isMuted);
  }

  /** Says something now, or when the connection that is on its way has come. */
  submit(command: UserCommand): Promise<void> {
    const { status } = this.current;
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
        const { state, effects } = reduce(this.current, next, this.settings, this.ports.clock.nowMs());
        this.current = state;
        for (const effect of effects) this.perform(effect);
      }
    } finally {
      this.isReducing = false;
    }
  }

  private perform(effect: SessionEffect): void {
    const { attempt } = this.current;
    switch (effect.type) {
      case 'startAudio':
        return this.startAudio(attempt);
      case 'loadCredentials':
        return this.loadCredentials(effect.attempt);
      case 'openSocket':
        return this.openSocket(effect.attempt);
      case 'greetVendor':
        return (effect.attempt === attempt ? this.connection : this.successor?.connection)?.greetVendor();
      case 'adoptSuccessor':
        return this.adoptSuccessor();
      case 'dropSuccessor':
        return this.dropSuccessor();
      case 'openGate':
        return this.call?.uplink.open();
      case 'closeGate':
        return this.call?.uplink.close();
      case 'dropConnection':
        return this.dropConnection(effect.farewell, attempt);
      case 'forgetConversation':
        this.resumePoint = undefined;
        return;
      case 'checkConnection':
        return this.connection?.checkLiveness();
      case 'silenceAgent':
        return this.call?.interrupt(this.ports.clock.nowMs());
      case 'armTimer':
        return this.armTimer(effect.timer, effect.delayMs);
      case 'armRetry':
        return this.armTimer('retry', this.drawDelay(effect.delay));
      case 'clearTimer':
        return this.timers.clear(effect.timer);
      case 'release':
        return this.release(effect);
      case 'settleConnect':
        return this.settleConnect(effect.error);
      case 'settleDisconnect':
        return this.settleDisconnect();
      case 'emit':
        return this.emitter.emit(effect.name, effect.event);
    }
  }

  private armTimer(timer: TimerName, delayMs: number): void {
    const { attempt } = this.current;
    this.timers.arm(timer, delayMs, () => this.dispatch({ type: 'timerFired', attempt, timer }));
  }

  private drawDelay({ minMs, maxMs }: RetryDelay): number {
    return minMs + (maxMs - minMs) * (this.ports.random?.() ?? 0.5);
  }

  private startAudio(attempt: number): void {
    // A device of an earlier call may fail late, such as a microphone prompt that is denied after all.
    const fail = (error: VoiceError): void => {
      if (this.call === call) this.dispatch({ type: 'audioFailed', error });
    };
    const call = new CallAudio(this.options.vendor.capabilities, this.ports, {
      emitter: this.emitter,
      canSendAudio: () => this.connection?.canSendAudio ?? false,
      sendAudio: (bytes) => this.sendAudio(bytes),
      onUserSpeech: (isSpeaking) => this.dispatch({ type: 'userSpeech', isSpeaking }),
      onFrame: () => this.surroundings.noteActivity(),
      onAgentSpeech: (isAudible) => this.dispatch({ type: 'agentSpeech', isAudible }),
      onFailure: fail,
    });
    call.uplink.setMuted(this.isMuted);
    this.call = call;
    this.devices.watch();
    this.surroundings.start();
    call.start().then(
      () => this.dispatch({ type: 'audioStarted', attempt }),
      (thrown: unknown) => fail(asVoiceError(thrown, 'worklet-failed', 'An audio device failed unexpectedly.')),
    );
  }

  private loadCredentials(attempt: number): void {
    loadCredentials(this.options.vendor, this.options).then(
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
    const { call: audio, emitter } = this;
    if (audio === null) return;
    const onDeadConnection = (stalledMs: number): void =>
      this.dispatch({ type: 'connectionStalled', attempt, stalledMs });
    const connection = new Connection(attempt, this.options.vendor, this.ports, emitter, {
      dispatch: (input) => this.dispatch(input),
      onEvent: (event, receivedMs) => {
        this.surroundings.noteActivity();
        const tell = (): void => passOn(event, receivedMs, { emitter, audio, onDeadConnection });
        if (connection === this.connection) tell();
        else if (connection === this.successor?.connection) this.successor.held.push(tell);
      },
    });
    if (attempt === this.current.attempt) this.connection = connection;
    else this.successor = { connection, held: [] };
    connection.open(this.credentials, this.resumePoint);
    this.credentials = null;
  }

  private sendAudio(bytes: Uint8Array): boolean {
    const isSent = this.connection?.command({ type: 'sendAudio', bytes }).ok ?? false;
    // A successor waits in the cadence that its vendor needs, and hears nothing yet.
    const { needsContinuousUplink } = this.options.vendor.capabilities;
    if (isSent && needsContinuousUplink) {
      this.successor?.connection.command({ type: 'sendAudio', bytes: new Uint8Array(bytes.length) });
    }
    return isSent;
  }

  private adoptSuccessor(): void {
    const { connection: old, successor } = this;
    if (successor === null) return;
    this.forgetConnection();
    this.connection = successor.connection;
    this.successor = null;
    this.call?.downlink.disconnect();
    if (old !== null) void this.teardown.leave(old);
    for (const tell of successor.held) tell();
  }

  private dropSuccessor(): void {
    this.successor?.connection.leave();
    this.successor?.connection.hangUp();
    this.successor = null;
  }

  private dropConnection(farewell: Farewell, attempt: number): void {
    const { connection } = this;
    if (farewell === 'graceful' && connection !== null) {
      void this.teardown.leave(connection).then(() => this.dispatch({ type: 'connectionLeft', attempt }));
    } else {
      if (farewell === 'quick') connection?.leave();
      connection?.hangUp();
    }
    this.forgetConnection();
    this.call?.uplink.lose();
    this.call?.downlink.disconnect();
  }

  /** A later connection goes on with the conversation where this one leaves it, unless it is finished. */
  private forgetConnection(): void {
    if (this.connection?.wasAccepted === true) this.resumePoint = this.connection.resumePoint;
    this.connection = null;
  }

  private release(effect: Extract<SessionEffect, { type: 'release' }>): void {
    this.surroundings.stop();
    this.commands.rejectAll();
    this.call?.end();
    const uplink = this.call?.uplink ?? null;
    this.teardown.run(this.connection, uplink, effect, () => this.dispatch({ type: 'released' }));
  }

  private settleConnect(error: VoiceError | undefined): void {
    const deferred = this.connecting;
    this.connecting = null;
    if (error !== undefined) return deferred?.reject(error);
    this.connectTookMs ??= this.ports.clock.nowMs() - this.connectCalledMs;
    this.commands.release();
    deferred?.resolve();
  }

  private settleDisconnect(): void {
    this.forgetConnection();
    this.devices.stop();
    this.disconnecting?.resolve();
    this.disconnecting = null;
  }
}
