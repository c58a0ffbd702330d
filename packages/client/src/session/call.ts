// This file is one call, from `connect()` to its end: its devices, at once and inside the click, and its audio as soon as the
// code for it is there. What the user says until then is kept.
import type { Capabilities } from '@voicewire/protocol';
import type { VoiceError } from '../errors.ts';
import type { CapturedFrame } from '../ports/audioInput.ts';
import { meterLevelOf, SILENCE_DB } from '../ports/meterLevel.ts';
import { PREROLL_FRAMES } from '../uplink/gate/preRoll.ts';
import type { CallAudio } from './callAudio.ts';
import type { SessionPorts } from './options.ts';

/** What the devices of a call tell the session. */
export interface CallSink {
  /** A frame was captured; it leaves after this. */
  onFrame(): void;
  /** A device failed for good. */
  onFailure(error: VoiceError): void;
}

/** A frame that waits for the audio. */
interface EarlyFrame {
  readonly frame: CapturedFrame;
  readonly isMuted: boolean;
  /** Who wants to know when this frame, the last one of a turn, is gone. */
  readonly turnListeners: (() => void)[];
}

/** Rate of the player where the vendor's compressed audio does not promise one, in Hz. */
const USUAL_SAMPLE_RATE = 44_100;

export class Call {
  private joined: CallAudio | null = null;
  private early: EarlyFrame[] = [];
  /** Frames that were too many to be kept. */
  private dropped = 0;
  private isMuted = false;
  private inputRmsDb = SILENCE_DB;
  private hasEnded = false;

  constructor(
    private readonly capabilities: Capabilities,
    private readonly ports: SessionPorts,
    private readonly sink: CallSink,
  ) {}

  /** Both ways of audio; null until they have joined. */
  get audio(): CallAudio | null {
    return this.joined;
  }

  /** Hz of everything the player gets. */
  get outputSampleRate(): number {
    return this.capabilities.downlinkAudio.sampleRate ?? USUAL_SAMPLE_RATE;
  }

  get isOver(): boolean {
    return this.hasEnded;
  }

  /** Loudness of the microphone, muted or not: 0 at −60 dBFS and below, 1 at full scale. */
  get inputLevel(): number {
    return meterLevelOf(this.inputRmsDb);
  }

  /** Loudness of the agent, on the same scale. */
  get outputLevel(): number {
    return meterLevelOf(this.ports.output.counters.rmsDb);
  }

  /**
   * Opens the devices, in the task it is called in, and has the audio join them. The output goes first: in a browser it
   * creates the audio context, which has to happen inside the click.
   * @param audio Made at once, or when the code for it has come.
   */
  async start(audio: CallAudio | Promise<CallAudio>): Promise<void> {
    const { input, output, decoders } = this.ports;
    const joining = audio instanceof Promise ? audio.then((late) => this.join(late)) : this.join(audio);
    if (this.capabilities.downlinkAudio.encoding !== 'pcm-s16le') decoders?.prepare();
    const onFailure = (error: VoiceError): void => this.sink.onFailure(error);
    const playing = output.start(this.outputSampleRate, {
      onSpeechStarted: (first) => this.joined?.onAgentAudible(first),
      onSpeechEnded: (last) => this.joined?.onAgentSilent(last),
      onOverflow: () => this.joined?.onOverflow(),
      onFailure,
    });
    const capturing = input.start({ onFrame: (frame) => this.onFrame(frame), onFailure });
    await Promise.all([playing, capturing, joining]);
  }

  /** While muted the agent hears silence. A frame's sound is decided when it is captured, early or not. */
  setMuted(isMuted: boolean): void {
    this.isMuted = isMuted;
    this.joined?.uplink.setMuted(isMuted);
  }

  /** The user's turn is complete. @param onOut Called when all of it has left, or was dropped; at once if none waits. */
  endTurn(onOut: () => void): void {
    const last = this.early.at(-1);
    if (this.joined !== null) this.joined.uplink.endTurn(onOut);
    else if (last === undefined) onOut();
    else last.turnListeners.push(onOut);
  }

  /** The session ends: what comes late is told to nobody. */
  end(): void {
    this.hasEnded = true;
    this.joined?.end();
    while (this.early.length > 0) this.dropOldest();
  }

  /** What was kept goes first. Rejects with `encoder-failed`. */
  private async join(audio: CallAudio): Promise<void> {
    if (this.hasEnded) return;
    const { early, dropped } = this;
    this.early = [];
    this.joined = audio;
    audio.uplink.countDropped(dropped);
    for (const { frame, isMuted, turnListeners } of early) {
      audio.uplink.setMuted(isMuted);
      audio.onFrame(frame);
      for (const onOut of turnListeners) audio.uplink.endTurn(onOut);
    }
    audio.uplink.setMuted(this.isMuted);
    await audio.loadEncoder();
  }

  private onFrame(frame: CapturedFrame): void {
    this.inputRmsDb = frame.rmsDb;
    this.sink.onFrame();
    if (this.joined !== null) this.joined.onFrame(frame);
    else if (!this.hasEnded) this.keep(frame);
  }

  private keep(frame: CapturedFrame): void {
    const own = { ...frame, pcm: frame.pcm.slice() };
    this.early.push({ frame: own, isMuted: this.isMuted, turnListeners: [] });
    if (this.early.length > PREROLL_FRAMES) this.dropOldest();
  }

  private dropOldest(): void {
    this.dropped += 1;
    for (const onOut of this.early.shift()?.turnListeners ?? []) onOut();
  }
}
