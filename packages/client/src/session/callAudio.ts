// This file is the audio of one call between its devices: both ways, over whichever connection there is.
import type { Capabilities } from '@voicewire/protocol';
import { Downlink } from '../downlink/downlink.ts';
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { CapturedFrame } from '../ports/audioInput.ts';
import type { PlayedSample } from '../ports/audioOutput.ts';
import { UserSpeech } from '../turn/userSpeech.ts';
import { Uplink } from '../uplink/uplink.ts';
import type { SessionEmitter } from './events.ts';
import type { SessionPorts, SpeechSettings } from './options.ts';

/** What the audio asks and tells the session. */
export interface CallAudioSink {
  readonly emitter: SessionEmitter;
  /** Whether the connection takes audio now. */
  canSendAudio(): boolean;
  /** Sends one message, valid during the call. False when it was refused. */
  sendAudio(bytes: Uint8Array): boolean;
  /** By what the microphone hears; muted, nobody speaks. */
  onUserSpeech(isSpeaking: boolean): void;
  /** The user talks over the agent, and means it. */
  onBargeIn(): void;
  onAgentSpeech(isAudible: boolean): void;
}

/** Uplink and downlink. Connections come and go meanwhile. */
export class CallAudio {
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  private readonly user: UserSpeech;
  private isAgentAudible = false;
  /** The user has stopped the agent, and goes on talking. */
  private hasBargedIn = false;
  private hasEnded = false;

  /** @param outputSampleRate Hz of what the player gets. */
  constructor(
    private readonly capabilities: Capabilities,
    outputSampleRate: number,
    private readonly ports: SessionPorts,
    private readonly speech: SpeechSettings,
    private readonly sink: CallAudioSink,
  ) {
    this.user = new UserSpeech(speech.threshold);
    const { emitter } = sink;
    const { output, decoders } = ports;
    const nowMs = (): number => ports.clock.nowMs();
    this.uplink = new Uplink(capabilities, ports.input, {
      nowMs,
      speechThreshold: speech.threshold,
      send: (bytes) => sink.sendAudio(bytes),
      canSend: () => sink.canSendAudio(),
      onCongested: (droppedMs) => emitter.emit('congested', { droppedMs }),
      onLost: (durationMs) => emitter.emit('speechLost', { durationMs }),
    });
    const onError = (error: VoiceError): void => emitter.emit('error', error);
    this.downlink = new Downlink(capabilities, outputSampleRate, { output, decoders, nowMs, onError });
  }

  /** The session ends: what comes late is told to nobody. */
  end(): void {
    this.hasEnded = true;
  }

  /**
   * The connection is gone: no stream goes on, and what the user says is kept for a while.
   * @param wasConnected Whether the agent had listened before: else what is said is the same pre-roll, not a gap.
   */
  lose(wasConnected: boolean): void {
    if (wasConnected) this.uplink.lose();
    else this.uplink.close();
    this.downlink.disconnect();
  }

  /** The player is about to stop: what still comes of the agent's is nobody's. */
  silence(): void {
    this.downlink.close();
  }

  /** Cuts the agent off for good, and says when it was silent. @param requestedMs When somebody wished it. */
  interrupt(requestedMs: number, generation?: string): void {
    const { output } = this.ports;
    const { writtenSamples } = this.downlink;
    const { playedSamples, discardedSamples } = output.counters;
    this.downlink.interrupt(generation);
    void output.flush().then((lastHeard) => {
      // Where nothing was playing, what the player has reported is what was heard.
      const heardSamples = lastHeard === null ? playedSamples + discardedSamples : lastHeard.streamSample + 1;
      const heard = this.downlink.cut(heardSamples, writtenSamples);
      // The session may have ended before the fade did; then there is nothing left to tell.
      if (this.hasEnded) return;
      const heardMs = lastHeard === null ? requestedMs : output.audibleTimeMs(lastHeard.outputFrame);
      this.sink.emitter.emit('interrupted', { requestedMs, silentMs: Math.max(requestedMs, heardMs), ...heard });
    });
  }

  /** Where the vendor takes compressed audio. @throws {AudioFormatError} `encoder-failed`. */
  async loadEncoder(): Promise<void> {
    const { uplinkAudio } = this.capabilities;
    if (uplinkAudio.encoding === 'pcm-s16le') return;
    const { encoders } = this.ports;
    if (encoders === undefined) throw createVoiceError('encoder-failed', 'The session has no encoder for MP3.');
    this.uplink.encodeWith(await encoders.open(uplinkAudio));
  }

  onFrame(frame: CapturedFrame): void {
    this.followUser(frame);
    this.uplink.push(frame);
  }

  private followUser({ speechScore }: CapturedFrame): void {
    const { user } = this;
    const wasSpeaking = user.isSpeaking;
    const nowMs = this.ports.clock.nowMs();
    user.push(this.uplink.isMuted ? 0 : speechScore, nowMs);
    if (user.isSpeaking !== wasSpeaking) this.sink.onUserSpeech(user.isSpeaking);
    const { bargeInMs } = this.speech;
    const isMeant = bargeInMs !== null && user.isSpeaking && user.sustainedMs(nowMs) >= bargeInMs;
    if (!isMeant || !this.isAgentAudible) {
      if (!user.isSpeaking) this.hasBargedIn = false;
      return;
    }
    if (this.hasBargedIn) return;
    this.hasBargedIn = true;
    this.sink.onBargeIn();
  }

  onAgentAudible(first: PlayedSample): void {
    const { output } = this.ports;
    const times = this.downlink.timesOf(first.streamSample);
    this.isAgentAudible = true;
    this.sink.onAgentSpeech(true);
    if (times === undefined) return;
    this.sink.emitter.emit('agentSpeechStarted', {
      receivedMs: times.receivedMs,
      decodedMs: times.decodedMs,
      jitterOutMs: output.renderTimeMs(first.outputFrame),
      audibleMs: output.audibleTimeMs(first.outputFrame),
    });
  }

  onAgentSilent(last: PlayedSample): void {
    this.isAgentAudible = false;
    this.sink.onAgentSpeech(false);
    this.sink.emitter.emit('agentSpeechEnded', { audibleMs: this.ports.output.audibleTimeMs(last.outputFrame) });
  }

  onOverflow(): void {
    const happened = 'Ten minutes of agent audio wait to be played.';
    this.sink.emitter.emit('error', createVoiceError('downlink-overflow', happened));
  }
}
