// This file cuts a line of the agent's into the pieces that `server.new-message` carries: of PCM, of MP3 or of text.
import type { Alignment } from '@voicewire/protocol/amigo';
import { encodeBase64 } from '@voicewire/protocol/wire';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import { pcmToBytes } from '../server/pcmBytes.ts';
import { alignCharacters } from '../speech/alignment.ts';
import { createId3Tag } from '../speech/mp3Frames.ts';
import type { Mp3Speech } from '../speech/mp3Speech.ts';
import type { RateConverter } from '../speech/rateConverter.ts';
import { SENTENCE_PAUSE_SAMPLES } from '../speech/voice.ts';
import type { AmigoFaults } from './faults.ts';
import type { AmigoSettings } from './options.ts';

/** Kbit/s, as of the user's MP3. */
const MP3_BIT_RATE_KBPS = 128;
const WORDS_PER_PIECE = 3;
/** Text comes about as fast as language models write, in ms per piece. */
const TEXT_PIECE_MS = 50;

/** One piece before it is on the wire. */
export interface Piece {
  /** Audio or text. */
  readonly content: Uint8Array | string;
  /** Of what is said from this piece on; `null` where an earlier piece has told. */
  readonly alignment: Alignment | null;
  /** Time that it stands for, in ms. */
  readonly durationMs: number;
  /** What is heard of it, at 16 kHz; for records. */
  readonly pcm?: Int16Array;
}

/** What a reply is made of; `pcm` at 16 kHz. */
export interface Line {
  readonly text: string;
  readonly pcm: Int16Array;
}

/** How one connection wants its replies. */
export interface PieceFormat {
  readonly responseFormat: 'text' | 'voice';
  readonly audioFormat: 'pcm' | 'mp3';
  readonly settings: AmigoSettings;
  readonly faults: AmigoFaults;
  readonly rates: RateConverter;
  /** Absent when no encoder is loaded: MP3 pieces are then without audio. */
  readonly mp3: Mp3Speech | undefined;
}

/** The content as the wire has it. */
export function encodeContent(content: Uint8Array | string): string {
  return typeof content === 'string' ? content : encodeBase64(content);
}

/** Cuts the lines of one message; keeps where in its audio the next line begins. */
export class LineCutter {
  readonly #format: PieceFormat;
  #lineCount = 0;
  #samples = 0;

  constructor(format: PieceFormat) {
    this.#format = format;
  }

  /** Cuts the next line. Lines follow each other after the pause of a sentence. */
  cut(line: Line): readonly Piece[] {
    const isFirst = this.#lineCount === 0;
    this.#lineCount += 1;
    if (this.#format.responseFormat === 'text') return cutText(isFirst ? line.text : ` ${line.text}`);
    const pauseSamples = isFirst ? 0 : SENTENCE_PAUSE_SAMPLES;
    const startMs = toMs(this.#samples + pauseSamples);
    const pcm = new Int16Array(pauseSamples + line.pcm.length);
    pcm.set(line.pcm, pauseSamples);
    this.#samples += pcm.length;
    const spaced = isFirst ? line.text : ` ${line.text}`;
    const alignment = alignCharacters(spaced, toMs(line.pcm.length)).map(([atMs, character]): [number, string] => [
      startMs + atMs,
      character,
    ]);
    return this.#cutVoice(pcm, alignment, isFirst);
  }

  #cutVoice(pcm: Int16Array, alignment: Alignment, isFirst: boolean): readonly Piece[] {
    const bytes = this.#encode(pcm, isFirst);
    const samplesPerByte = pcm.length / Math.max(1, bytes.length);
    const pieces: Piece[] = [];
    for (let at = 0; at < bytes.length || pieces.length === 0;) {
      const sizeBytes = this.#sizeOf(pieces.length, AGENT_SAMPLE_RATE / 1000 / samplesPerByte);
      const content = bytes.subarray(at, at + sizeBytes);
      const [from, to] = [at, at + content.length].map((byte) => Math.round(byte * samplesPerByte));
      pieces.push({
        content,
        alignment: pieces.length === 0 ? alignment : null,
        durationMs: (content.length * samplesPerByte * 1000) / AGENT_SAMPLE_RATE,
        pcm: pcm.subarray(from, to),
      });
      at += Math.max(1, content.length);
    }
    return pieces;
  }

  #encode(pcm: Int16Array, isFirst: boolean): Uint8Array {
    const { audioFormat, settings, faults, rates, mp3 } = this.#format;
    if (audioFormat === 'pcm') return pcmToBytes(rates.convert(pcm, AGENT_SAMPLE_RATE, settings.pcmSampleRate));
    if (mp3 === undefined) return new Uint8Array(0);
    const shape = { sampleRate: settings.mp3SampleRate, bitRateKbps: MP3_BIT_RATE_KBPS, channelCount: 1 } as const;
    const frames = mp3.encode(pcm, shape);
    if (!isFirst || !faults.has('id3-first')) return frames;
    const tag = createId3Tag();
    const tagged = new Uint8Array(tag.length + frames.length);
    tagged.set(tag);
    tagged.set(frames, tag.length);
    return tagged;
  }

  /** Length of the piece with this index, in bytes. MP3 is cut wherever the time is up, mostly within a frame. */
  #sizeOf(index: number, bytesPerMs: number): number {
    const { settings, faults, audioFormat } = this.#format;
    if (index < (faults.find('tiny-pieces')?.count ?? 0)) return 1;
    const huge = faults.find('huge-pieces');
    const sizeBytes = Math.max(2, Math.round(huge?.sizeBytes ?? settings.pieceMs * bytesPerMs));
    if (audioFormat === 'mp3') return sizeBytes;
    const evenBytes = sizeBytes - (sizeBytes % 2);
    // Odd twice, so that every other piece begins within a sample.
    return faults.has('odd-pieces') ? evenBytes + (index % 2 === 0 ? -1 : 1) : evenBytes;
  }
}

/** Text in pieces of a few words; joined, they are the text. */
function cutText(text: string): readonly Piece[] {
  const words = text.match(/\s*\S+\s*/g) ?? [text];
  const pieces: Piece[] = [];
  for (let at = 0; at < words.length; at += WORDS_PER_PIECE) {
    const content = words.slice(at, at + WORDS_PER_PIECE).join('');
    pieces.push({ content, alignment: null, durationMs: TEXT_PIECE_MS });
  }
  return pieces;
}

function toMs(samples: number): number {
  return Math.round((samples * 1000) / AGENT_SAMPLE_RATE);
}
