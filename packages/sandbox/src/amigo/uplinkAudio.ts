// This file takes the client's audio: rules, then samples for the agent.
import type { AudioConfig } from '@voicewire/protocol/amigo';
import { CLOSE_CODES, LIMITS } from '@voicewire/protocol/amigo';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import { bytesToPcm } from '../server/pcmBytes.ts';
import { decodeStrictBase64 } from '../server/strictBase64.ts';
import type { RateConverter } from '../speech/rateConverter.ts';
import { UplinkMp3 } from './uplinkMp3.ts';
import type { AmigoSettings } from './options.ts';
import type { RuleId } from './rules.ts';

const MIN_CHUNK_MS = 20;
const MAX_CHUNK_MS = LIMITS.audioMessageMs;
/** Of chunks with another length, every so many-th is recorded. */
const RECORDED_EVERY = 100;
const MAX_GAP_MS = 200;
const MP3_SAMPLE_RATE = 44_100;
const MP3_CHANNELS = 2;
/** Of PCM over HTTP, in Hz. */
const ANY_RATES = { min: 4000, max: 44_100 } as const;

/** What the rules are judged with. */
export interface UplinkPorts {
  readonly settings: AmigoSettings;
  readonly rates: RateConverter;
  nowMs(): number;
  /** Records a breach that is not refused. */
  readonly note: (ruleId: RuleId, detail: string) => void;
  /** Records a breach and closes. @returns False where nothing is closed: go on as well as can be. */
  readonly refuse: (ruleId: RuleId, detail: string, closeCode: number) => boolean;
}

/** What one message held. */
export type HeardAudio =
  /** At 16 kHz. */
  | { readonly kind: 'pcm'; readonly pcm: Int16Array }
  /** Nobody decodes it; `durationMs` of the utterance so far. */
  | { readonly kind: 'mp3'; readonly durationMs: number }
  | { readonly kind: 'nothing' };

const NOTHING: HeardAudio = { kind: 'nothing' };

type Format =
  | { readonly kind: 'pcm'; readonly sampleRate: number }
  | { readonly kind: 'mp3'; readonly frames: UplinkMp3 };

/** One connection's audio: stream after stream, each an utterance or a stretch of turn detection. */
export class UplinkAudio {
  readonly #ports: UplinkPorts;
  #format: Format | undefined;
  #needsConfig = true;
  #isDetecting = false;
  #lastAtMs: number | undefined;
  #lastDurationMs = 0;
  #oddLengthCount = 0;

  constructor(ports: UplinkPorts) {
    this.#ports = ports;
  }

  /** True inside an MP3 utterance. */
  get isMp3(): boolean {
    return this.#format?.kind === 'mp3';
  }

  /** @param isDetecting Whether the server detects turns in what comes now. */
  beginStream(isDetecting: boolean): void {
    this.#isDetecting = isDetecting;
    this.#lastAtMs = undefined;
    if (this.#ports.settings.audioConfigScope === 'connection' && this.#format?.kind === 'pcm') return;
    this.#needsConfig = true;
    this.#format = undefined;
  }

  /** Nothing more comes of this stream. */
  endStream(): void {
    const format = this.#format;
    if (this.#isDetecting) this.#checkGap();
    this.#isDetecting = false;
    this.#lastAtMs = undefined;
    if (format?.kind === 'mp3' && format.frames.isInFrame) {
      this.#ports.refuse('A-38', 'the utterance ends within a frame', CLOSE_CODES.unsupportedMedia);
    }
  }

  /** Takes one message. */
  take(audio: string, config: AudioConfig | undefined): HeardAudio {
    const { refuse } = this.#ports;
    if (this.#judgeConfig(config)) return NOTHING;
    const bytes = decodeStrictBase64(audio);
    if (bytes === undefined) {
      refuse('A-33', `${audio.length} characters that are no standard base64`, CLOSE_CODES.badRequest);
      return NOTHING;
    }
    if (bytes.length === 0) {
      refuse('A-34', 'audio without a byte', CLOSE_CODES.unsupportedMedia);
      return NOTHING;
    }
    return this.#format?.kind === 'mp3' ? this.#takeMp3(bytes, this.#format.frames) : this.#takePcm(bytes);
  }

  #takePcm(bytes: Uint8Array): HeardAudio {
    const isOdd = bytes.length % 2 === 1;
    const refusal = `${bytes.length} bytes, wanted whole samples`;
    if (isOdd && this.#ports.refuse('A-34', refusal, CLOSE_CODES.unsupportedMedia)) return NOTHING;
    const sampleRate = this.#format?.kind === 'pcm' ? this.#format.sampleRate : AGENT_SAMPLE_RATE;
    const pcm = bytesToPcm(bytes);
    if (this.#isDetecting) this.#judgeCadence((pcm.length * 1000) / sampleRate);
    return { kind: 'pcm', pcm: this.#ports.rates.convert(pcm, sampleRate, AGENT_SAMPLE_RATE) };
  }

  #takeMp3(bytes: Uint8Array, frames: UplinkMp3): HeardAudio {
    const fault = frames.push(bytes);
    if (fault === undefined) return { kind: 'mp3', durationMs: frames.durationMs };
    this.#ports.refuse('A-38', fault, CLOSE_CODES.unsupportedMedia);
    return NOTHING;
  }

  /** @returns True when the connection is closed for it. */
  #judgeConfig(config: AudioConfig | undefined): boolean {
    const { note, refuse, settings } = this.#ports;
    if (!this.#needsConfig) {
      if (config !== undefined) note('A-31', 'audio_config again');
      return false;
    }
    this.#needsConfig = false;
    if (config === undefined) {
      return refuse('A-30', 'the first audio has no audio_config', CLOSE_CODES.unsupportedMedia);
    }
    const fault = faultOfConfig(config, settings, this.#isDetecting);
    if (fault !== undefined && refuse('A-32', fault, CLOSE_CODES.unsupportedMedia)) return true;
    const isMp3 = (config.format ?? config.type) === 'mp3' && !this.#isDetecting;
    const rate = config.sample_rate ?? AGENT_SAMPLE_RATE;
    const sampleRate = isAnyRate(rate) ? rate : AGENT_SAMPLE_RATE;
    this.#format = isMp3 ? { kind: 'mp3', frames: new UplinkMp3() } : { kind: 'pcm', sampleRate };
    return false;
  }

  /** */
  #judgeCadence(durationMs: number): void {
    if (durationMs < MIN_CHUNK_MS || durationMs > MAX_CHUNK_MS) {
      if (this.#oddLengthCount % RECORDED_EVERY === 0) {
        const wanted = `wanted ${MIN_CHUNK_MS} to ${MAX_CHUNK_MS} ms`;
        this.#ports.note('A-35', `a message with ${Math.round(durationMs)} ms of audio, ${wanted}`);
      }
      this.#oddLengthCount += 1;
    }
    this.#checkGap();
    this.#lastAtMs = this.#ports.nowMs();
    this.#lastDurationMs = durationMs;
  }

  /** Time that the last message does not cover. */
  #checkGap(): void {
    if (this.#lastAtMs === undefined) return;
    const gapMs = this.#ports.nowMs() - this.#lastAtMs - this.#lastDurationMs;
    if (gapMs > MAX_GAP_MS)
      this.#ports.note('A-37', `${Math.round(gapMs)} ms without audio, wanted at most ${MAX_GAP_MS}`);
  }
}

function faultOfConfig(config: AudioConfig, settings: AmigoSettings, isDetecting: boolean): string | undefined {
  const key = settings.audioConfigKey;
  const format = key === 'format' ? config.format : key === 'type' ? config.type : (config.format ?? config.type);
  if (format === undefined) return `no ${key === 'either' ? 'format' : key} in audio_config`;
  if (format === 'mp3') {
    if (isDetecting) return 'MP3 while the server detects turns';
    return config.sample_rate === MP3_SAMPLE_RATE && config.n_channels === MP3_CHANNELS
      ? undefined
      : `MP3 that is not ${MP3_SAMPLE_RATE} Hz with ${MP3_CHANNELS} channels`;
  }
  const { sample_rate: rate, frame_rate: frameRate, sample_width: width, n_channels: channels } = config;
  const isRateRight = rate === AGENT_SAMPLE_RATE || (settings.pcmRates === 'any' && isAnyRate(rate));
  if (!isRateRight || frameRate !== rate) return `PCM of ${rate} Hz in sample_rate and ${frameRate} in frame_rate`;
  if (width !== 2) return `PCM with samples of ${width} bytes, wanted 2`;
  return channels === 1 ? undefined : `PCM with ${channels} channels, wanted 1`;
}

function isAnyRate(rate: number | undefined): rate is number {
  return rate !== undefined && Number.isInteger(rate) && rate >= ANY_RATES.min && rate <= ANY_RATES.max;
}
