// This file records a note: from the press of a button to its release, as a WAV file.
import { WAV_HEADER_BYTES, wavHeader } from '../audioFile/wav.ts';
import { asVoiceError, createVoiceError, type VoiceError } from '../errors.ts';
import type { AudioInput, CapturedFrame } from '../ports/audioInput.ts';
import { meterLevelOf, SILENCE_DB } from '../ports/meterLevel.ts';
import { createDeferred } from '../session/deferred.ts';

/** Rate and length of the frames of every `AudioInput`. */
export const RECORDING_SAMPLE_RATE = 16_000;
const FRAME_MS = 20;
const FRAME_BYTES = 640;
/** Longest recording unless told otherwise: bounds memory to 2 MB. */
const DEFAULT_MAX_DURATION_MS = 60_000;

/** Options of a recording. */
export interface NoteRecordingOptions {
  /** Longest recording, in ms; a vendor may allow less. Default 60,000. */
  readonly maxDurationMs?: number;
}

/**
 *   phase                input               next      effect
 *   recording            stop                stopping  the device is released, and gives its last frame
 *   stopping             released            done      the file is ready; where nothing was recorded: failed, `note-empty`
 *   recording            one frame too many  failed    `note-too-long`; what was recorded can still be had
 *   recording, stopping  the device fails    failed    its error; likewise
 *   recording, stopping  discard             failed    `note-aborted`; nothing is kept
 */
type Phase = 'recording' | 'stopping' | 'done' | 'failed';

/** One recording, which runs from its construction to `stop()`. */
export class NoteRecording {
  private readonly frames: Int16Array[] = [];
  private readonly file = createDeferred<Uint8Array>();
  private readonly starting: Promise<void>;
  private phase: Phase = 'recording';
  private released: Promise<void> | null = null;
  private hasStarted = false;
  private maxFrames: number;
  private rmsDb = SILENCE_DB;

  /** @throws {StateError} `invalid-option`, for a maximum that is not above 0. */
  constructor(
    private readonly input: AudioInput,
    options: NoteRecordingOptions = {},
  ) {
    const { maxDurationMs = DEFAULT_MAX_DURATION_MS } = options;
    if (!(maxDurationMs > 0)) {
      const happened = `The longest recording is ${maxDurationMs} ms, but must be above 0.`;
      throw createVoiceError('invalid-option', happened, { details: { maxDurationMs } });
    }
    this.maxFrames = Math.floor(maxDurationMs / FRAME_MS);
    // Nobody may ever ask for the file.
    this.file.promise.catch(() => undefined);
    this.starting = input.start({
      onFrame: (frame) => this.take(frame),
      onFailure: (error) => this.fail(error),
    });
    this.starting.then(
      () => (this.hasStarted = true),
      (thrown: unknown) => {
        // Inputs that are stopped while they start say so; that is no failure.
        if (this.phase === 'recording')
          this.fail(asVoiceError(thrown, 'microphone-failed', 'The microphone failed unexpectedly.'));
      },
    );
  }

  /** Recorded so far, in ms. */
  get durationMs(): number {
    return this.frames.length * FRAME_MS;
  }

  /** Loudness now: 0 at −60 dBFS and below, 1 at full scale; 0 when not recording. */
  getInputLevel(): number {
    return this.phase === 'recording' ? meterLevelOf(this.rmsDb) : 0;
  }

  /**
   * Ends the recording and releases the device; resolves when that is done. Idempotent. Errors reach whoever asks for the
   * file.
   */
  stop(): Promise<void> {
    if (this.phase === 'recording') this.phase = 'stopping';
    this.released ??= this.release().then(() => this.complete());
    return this.released;
  }

  /** Gives the recording up. Resolves when the device is released. */
  async discard(): Promise<void> {
    this.frames.length = 0;
    this.fail(createVoiceError('note-aborted', 'The recording was given up.'));
    await this.stop();
  }

  /** Takes a vendor's limits into account. What is longer already fails. */
  limitTo(maxDurationMs: number, maxFileBytes: number): void {
    const fitting = Math.floor((maxFileBytes - WAV_HEADER_BYTES) / FRAME_BYTES);
    this.maxFrames = Math.min(this.maxFrames, Math.floor(maxDurationMs / FRAME_MS), fitting);
    if (this.frames.length > this.maxFrames) this.failTooLong();
  }

  /**
   * The whole recording as a WAV file, once it was stopped.
   * @throws {VoiceError} `note-too-long`, `note-empty`, `note-aborted`, or what the device failed with, as a rejection.
   */
  finished(): Promise<Uint8Array> {
    return this.file.promise;
  }

  /** What was recorded so far, as a WAV file: mono, 16 bits, 16 kHz. Also of a recording that failed. */
  toWav(): Uint8Array {
    const samples = this.frames.reduce((sum, { length }) => sum + length, 0);
    const bytes = new Uint8Array(WAV_HEADER_BYTES + samples * 2);
    bytes.set(wavHeader(RECORDING_SAMPLE_RATE, samples * 2));
    const view = new DataView(bytes.buffer, WAV_HEADER_BYTES);
    let at = 0;
    for (const frame of this.frames) {
      for (const sample of frame) {
        view.setInt16(at, sample, true);
        at += 2;
      }
    }
    return bytes;
  }

  private get isOver(): boolean {
    return this.phase === 'done' || this.phase === 'failed';
  }

  private take({ pcm, rmsDb }: CapturedFrame): void {
    if (this.isOver) return;
    this.rmsDb = rmsDb;
    if (this.frames.length < this.maxFrames) {
      this.frames.push(pcm.slice());
      return;
    }
    // The frame that a stop completes may be one too many: the user was in time.
    if (this.phase === 'recording') this.failTooLong();
  }

  private failTooLong(): void {
    const limitMs = this.maxFrames * FRAME_MS;
    const happened = `The recording reached its limit of ${limitMs} ms and was stopped.`;
    this.fail(createVoiceError('note-too-long', happened, { details: { limitMs } }));
  }

  private fail(error: VoiceError): void {
    if (this.isOver) return;
    this.phase = 'failed';
    this.file.reject(error);
    void this.stop();
  }

  private async release(): Promise<void> {
    // A device that cannot be stopped has reported its failure.
    const stop = (): Promise<void> => this.input.stop().catch(() => undefined);
    // A start that is still under way may wait for a permission, for minutes: what it opens is closed when it does.
    if (!this.hasStarted) this.starting.then(stop, () => undefined);
    await stop();
  }

  private complete(): void {
    if (this.isOver) return;
    this.phase = this.frames.length === 0 ? 'failed' : 'done';
    if (this.phase === 'done') return this.file.resolve(this.toWav());
    this.file.reject(createVoiceError('note-empty', 'Nothing was recorded.'));
  }
}
