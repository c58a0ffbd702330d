// This file carries out what the reducer decides: it owns the state, the timers and the parts of a session.
import type { SessionEvent } from '@voicewire/protocol';
import { asVoiceError, type VoiceError } from '../errors.ts';
import { Call } from './call.ts';
import type { CallAudio } from './callAudio.ts';
import type * as callParts from './callParts.ts';
import { Commands, type Outlook, type UserCommand } from './commands.ts';
import type { Connections } from './connections.ts';
import { DeviceControl } from './deviceControl.ts';
import { createDeferred, type Deferred } from './deferred.ts';
import { SessionEmitter } from './events.ts';
import { Meters } from './meters.ts';
import { MicrophoneControl } from './microphoneControl.ts';
import {
  addListeners,
  readSettings,
  readSpeechSettings,
  type SessionOptions,
  type SessionPorts,
  type SpeechSettings,
} from './options.ts';
import { reduceOutline } from './reduceOutline.ts';
import type { RetryDelay } from './retryPolicy.ts';
import {
  INITIAL_STATE,
  type ReducerSettings,
  type SessionEffect,
  type SessionInput,
  type SessionState,
  type TimerName,
} from './state.ts';
import { collectStats, type SessionStats } from './stats.ts';
import { Surroundings } from './surroundings.ts';
import { Teardown } from './teardown.ts';
import { NamedTimers } from './timers.ts';

/** The classes behind `callParts.ts`: there already, or to be loaded with the first call. */
export type CallParts = typeof callParts;
export type CallPartsSource = CallParts | (() => Promise<CallParts>);

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
  private call: Call | null = null;
  /** Null until the parts are there, which is before the first credentials are asked for. */
  private parts: CallParts | null = null;
  private connections: Connections | null = null;
  private connecting: Deferred<void> | null = null;
  private disconnecting: Deferred<void> | null = null;
  private readonly speech: SpeechSettings;
  private readonly meters: Meters;
  readonly microphone: MicrophoneControl;
  private connectCalledMs = 0;
  private connectTookMs: number | null = null;

  constructor(
    private readonly ports: SessionPorts,
    private readonly options: SessionOptions,
    private readonly source: CallPartsSource,
  ) {
    const { capabilities } = options.vendor;
    // Deliberately silent by default: a throwing listener is the listener's fault, and a core must not log.
    this.emitter = new SessionEmitter(options.onListenerFault ?? (() => {}));
    this.devices = new DeviceControl(ports.devices, this.emitter);
    this.timers = new NamedTimers(ports.clock);
    this.settings = readSettings(options);
    this.speech = readSpeechSettings(options);
    this.microphone = new MicrophoneControl(ports.input, options.releaseMicrophone === true, {
      onSilenced: (isSilent) => this.call?.setMuted(isSilent),
      onError: (error) => this.emitter.emit('error', error),
    });
    this.meters = new Meters(this.emitter, {
      inputLevel: () => this.inputLevel,
      outputLevel: () => this.outputLevel,
      stats: () => this.stats(),
    });
    addListeners(options, this.emitter);
    this.teardown = new Teardown(ports, capabilities.timeouts.closeMs);
    this.surroundings = new Surroundings(ports, (input) => this.dispatch(input));
    this.commands = new Commands(capabilities.commands, {
      say: (command, receipt) => this.connections?.command(command, receipt) ?? { ok: false, issues: [] },
      outlook: () => this.outlook,
    });
  }

  get state(): SessionState {
    return this.current;
  }

  /** Both ways of the call that runs, or ran last; null before the first. */
  get audio(): CallAudio | null {
    return this.call?.audio ?? null;
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

  /** Cuts the agent off. */
  interrupt(): void {
    const { status } = this.current;
    if (status !== 'connected' && status !== 'reconnecting') return;
    const wasSaid = this.audio?.downlink.isInterrupted ?? false;
    this.audio?.interrupt(this.ports.clock.nowMs());
    // Where the vendor has no word for it, the interruption is ours alone; without a connection it is stale; once is enough.
    const hasWord = this.options.vendor.capabilities.commands.includes('interrupt');
    if (status === 'connected' && hasWord && !wasSaid) void this.submit({ type: 'interrupt' });
  }

  stats(): SessionStats {
    return collectStats(this.ports, this.audio, { status: this.current.status, connectMs: this.connectTookMs });
  }

  /** Loudness of what the agent hears of the user: 0 at −60 dBFS and below, 1 at full scale. */
  get inputLevel(): number {
    return this.microphone.isSilent ? 0 : (this.call?.inputLevel ?? 0);
  }

  /** Loudness of the agent, on the same scale. */
  get outputLevel(): number {
    return this.call?.outputLevel ?? 0;
  }

  /** The user's turn is complete. @param onOut Called when all of its audio has left, or was dropped. */
  endTurn(onOut: () => void): void {
    if (this.call === null) onOut();
    else this.call.endTurn(onOut);
  }

  /** Says something now, or when the connection that is on its way has come. */
  submit(command: UserCommand): Promise<void> {
    return this.commands.submit(command);
  }

  private get outlook(): Outlook {
    const { status } = this.current;
    if (status === 'connected') return 'up';
    return status === 'connecting' || status === 'reconnecting' ? 'coming' : 'none';
  }

  // Inputs that effects bring about wait until the transition that caused them is complete.
  private dispatch(input: SessionInput): void {
    this.inputs.push(input);
    if (this.isReducing) return;
    this.isReducing = true;
    try {
      for (let next = this.inputs.shift(); next !== undefined; next = this.inputs.shift()) {
        const reduce = this.parts?.reduce ?? reduceOutline;
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
        return this.connections?.loadCredentials(effect.attempt);
      case 'openSocket':
        return this.connections?.open(effect.attempt, effect.attempt !== attempt);
      case 'greetVendor':
        return this.connections?.greet(effect.attempt);
      case 'adoptSuccessor':
        this.audio?.downlink.disconnect();
        return this.connections?.adopt();
      case 'dropSuccessor':
        return this.connections?.dropSuccessor();
      case 'openGate':
        return this.audio?.uplink.open();
      case 'closeGate':
        return this.audio?.uplink.close();
      case 'dropConnection':
        this.connections?.drop(effect.farewell, attempt);
        return this.audio?.lose(this.current.wasConnected);
      case 'forgetConversation':
        return this.connections?.forgetConversation();
      case 'checkConnection':
        return this.connections?.current?.checkLiveness();
      case 'silenceAgent':
        return this.audio?.interrupt(this.ports.clock.nowMs());
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
    const call = new Call(this.options.vendor.capabilities, this.ports, {
      onFrame: () => {
        this.surroundings.noteActivity();
        this.meters.onFrame();
      },
      onFailure: fail,
    });
    call.setMuted(this.microphone.isSilent);
    this.call = call;
    this.devices.watch();
    this.surroundings.start();
    const parts = this.parts ?? this.source;
    const audio =
      typeof parts === 'function'
        ? parts().then((loaded) => this.createAudio(loaded, call))
        : this.createAudio(parts, call);
    call.start(audio).then(
      () => {
        if (this.call === call && !call.isOver) this.microphone.start();
        this.dispatch({ type: 'audioStarted', attempt });
      },
      (thrown: unknown) => fail(asVoiceError(thrown, 'worklet-failed', 'An audio device failed unexpectedly.')),
    );
  }

  private createAudio(parts: CallParts, { outputSampleRate }: Call): CallAudio {
    this.parts = parts;
    this.connections ??= new parts.Connections(this.ports, this.options, {
      emitter: this.emitter,
      teardown: this.teardown,
      dispatch: (input) => this.dispatch(input),
      onEvent: (event, receivedMs, attempt) => this.onVendorEvent(event, receivedMs, attempt),
    });
    const { capabilities } = this.options.vendor;
    return new parts.CallAudio(capabilities, outputSampleRate, this.ports, this.speech, {
      emitter: this.emitter,
      canSendAudio: () => this.connections?.canSendAudio ?? false,
      sendAudio: (bytes) => this.connections?.sendAudio(bytes) ?? false,
      onUserSpeech: (isSpeaking) => this.dispatch({ type: 'userSpeech', isSpeaking }),
      onBargeIn: () => this.interrupt(),
      onAgentSpeech: (isAudible) => this.dispatch({ type: 'agentSpeech', isAudible }),
    });
  }

  private onVendorEvent(event: SessionEvent, receivedMs: number, attempt: number): void {
    const { audio, emitter } = this;
    if (audio === null) return;
    this.surroundings.noteActivity();
    const onDeadConnection = (stalledMs: number): void =>
      this.dispatch({ type: 'connectionStalled', attempt, stalledMs });
    this.parts?.passOn(event, receivedMs, { emitter, audio, onDeadConnection });
  }

  private release(effect: Extract<SessionEffect, { type: 'release' }>): void {
    this.surroundings.stop();
    this.commands.rejectAll();
    this.call?.end();
    this.microphone.stop();
    const connection = this.connections?.current ?? null;
    this.teardown.run(connection, this.audio, effect, () => this.dispatch({ type: 'released' }));
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
    this.connections?.forget();
    this.devices.stop();
    this.disconnecting?.resolve();
    this.disconnecting = null;
  }
}
