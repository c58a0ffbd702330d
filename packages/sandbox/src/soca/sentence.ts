// This file makes the messages of one spoken sentence: its audio in chunks, each with the fields that it has on the wire.
import type { Sentence, ServerMessage } from '@voicewire/protocol/soca';
import { LIMITS } from '@voicewire/protocol/soca';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { Random } from '../random.ts';
import type { FaultPlan } from '../server/faultPlan.ts';
import type { Mp3Shape } from '../speech/mp3Codec.ts';
import { concatenateBytes } from '../speech/mp3Codec.ts';
import { corruptMiddleFrame, createId3Tag, createInfoFrame } from '../speech/mp3Frames.ts';
import type { Mp3Speech } from '../speech/mp3Speech.ts';
import { cutAudio } from './cutting.ts';
import type { SocaFaultName } from './faults.ts';

/** The vendor's MP3. */
const MP3_SHAPE: Mp3Shape = { sampleRate: LIMITS.downlinkSampleRate, bitRateKbps: 32, channelCount: 1 };
const STEREO_SHAPE: Mp3Shape = { sampleRate: 44_100, bitRateKbps: 128, channelCount: 2 };

/** A message on its way to the client. */
export interface Parcel {
  readonly message: ServerMessage;
  /** Agent speech that it carries, at 16 kHz. */
  readonly pcm: Int16Array;
  /** Wait before it, beyond the time of the speech before it, in ms. */
  readonly pauseMs: number;
}

/** What a sentence says, and where it belongs. */
export interface SentenceContent {
  readonly text: string;
  /** 16 kHz. */
  readonly pcm: Int16Array;
  readonly chatId: string;
  readonly sentenceId: number;
  readonly seq: number;
}

/** What makes sentences of one connection. */
export interface SentenceMaker {
  readonly mp3: Mp3Speech;
  readonly faults: FaultPlan<SocaFaultName>;
  readonly random: Random;
}

const NO_PCM = new Int16Array(0);

/** The messages of one sentence, in order. */
export function makeSentence(content: SentenceContent, maker: SentenceMaker): readonly Parcel[] {
  const { faults } = maker;
  const texts = faults.has('silent-sentence') ? [] : cutAudio(encode(content.pcm, maker), faults, maker.random);
  const audio = texts.map((audioBase64): Draft => ({ audioBase64, isLastChunk: false }));
  const drafts = endDrafts(faults.has('empty-audio') ? withEmptyChunk(audio) : audio, faults);
  const totalChars = texts.reduce((sum, text) => sum + text.length, 0);
  let chars = 0;
  const parcels = drafts.map((draft, chunkIndex): Parcel => {
    const from = sampleAt(content.pcm, chars, totalChars);
    chars += draft.audioBase64?.length ?? 0;
    const step = { ...describe(content, draft, chunkIndex, faults), ...seqField(content.seq, faults) };
    return {
      message: { type: 'sentence', step },
      pcm: content.pcm.subarray(from, sampleAt(content.pcm, chars, totalChars)),
      pauseMs: 0,
    };
  });
  return disturb(parcels, faults);
}

/** `seq` as the faults want it. */
export function seqField(seq: number, faults: FaultPlan<SocaFaultName>): { seq?: number | string } {
  if (faults.has('seq-absent')) return {};
  return { seq: faults.has('seq-as-text') ? String(seq) : seq };
}

/** `audioMime` as the faults want it. */
export function mimeOf(faults: FaultPlan<SocaFaultName>): string {
  return faults.has('mime-audio-mpeg') ? 'audio/mpeg' : 'audio/mp3';
}

/** One of each in turn, then what is left. */
export function interleave<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  const length = Math.max(first.length, second.length);
  return Array.from({ length }, (_, i) => [...first.slice(i, i + 1), ...second.slice(i, i + 1)]).flat();
}

function encode(pcm: Int16Array, { mp3, faults }: SentenceMaker): Uint8Array {
  const plain = mp3.encode(pcm, faults.has('stereo-44100') ? STEREO_SHAPE : MP3_SHAPE);
  const audio = faults.has('corrupt-frame') ? corruptMiddleFrame(plain) : plain;
  const prefixes: Uint8Array[] = [];
  if (faults.has('id3-tag')) prefixes.push(createId3Tag());
  if (faults.has('info-frame')) prefixes.push(createInfoFrame(audio));
  return concatenateBytes([...prefixes, audio]);
}

interface Draft {
  readonly audioBase64: string | null;
  readonly isLastChunk: boolean;
}

function withEmptyChunk(audio: readonly Draft[]): readonly Draft[] {
  const at = audio.length >> 1;
  return [...audio.slice(0, at), { audioBase64: '', isLastChunk: false }, ...audio.slice(at)];
}

/** Puts the end of the sentence behind its audio. */
function endDrafts(audio: readonly Draft[], faults: FaultPlan<SocaFaultName>): readonly Draft[] {
  const end: Draft = { audioBase64: faults.has('last-empty') ? '' : null, isLastChunk: true };
  if (faults.has('last-missing')) return audio;
  if (!faults.has('last-with-audio') || audio.length === 0) {
    return faults.has('last-twice') ? [...audio, end, end] : [...audio, end];
  }
  const last: Draft = { audioBase64: audio.at(-1)?.audioBase64 ?? null, isLastChunk: true };
  const ended = [...audio.slice(0, -1), last];
  return faults.has('last-twice') ? [...ended, end] : ended;
}

function describe(
  { sentenceId, chatId, text }: SentenceContent,
  { audioBase64, isLastChunk }: Draft,
  chunkIndex: number,
  faults: FaultPlan<SocaFaultName>,
): Sentence {
  const fields = hasFields(chunkIndex, isLastChunk, faults)
    ? { chatId, contentStep: text, audioMime: mimeOf(faults) }
    : {};
  return { stepType: 'sentence', ...fields, sentenceId, audioBase64, chunkIndex, isLastChunk };
}

/** The page shows them on a first chunk and leaves them out of a last one. */
function hasFields(chunkIndex: number, isLastChunk: boolean, faults: FaultPlan<SocaFaultName>): boolean {
  if (faults.has('fields-on-none')) return false;
  if (faults.has('fields-on-first')) return chunkIndex === 0;
  return faults.has('fields-on-all') || chunkIndex === 0 || !isLastChunk;
}

/** Loses, repeats, adds and delays in the middle. The indices stay those of the whole. */
function disturb(parcels: readonly Parcel[], faults: FaultPlan<SocaFaultName>): readonly Parcel[] {
  const at = parcels.length >> 1;
  const middle = parcels[at];
  // What has no inside is left alone.
  if (parcels.length < 3 || middle === undefined) return parcels;
  const [before, after] = [parcels.slice(0, at), parcels.slice(at + 1)];
  if (faults.has('chunk-skipped')) return [...before, ...after];
  if (faults.has('chunk-repeated')) return [...before, middle, { ...middle, pcm: NO_PCM }, ...after];
  const stall = faults.find('stall');
  return stall === undefined ? parcels : [...before, { ...middle, pauseMs: stall.delayMs }, ...after];
}

/** Where in the speech a share of its text ends. */
function sampleAt(pcm: Int16Array, chars: number, totalChars: number): number {
  return totalChars === 0 ? 0 : Math.round((pcm.length * chars) / totalChars);
}

/** How long the speech of a message lasts, in ms. */
export function speechMsOf({ pcm }: Parcel): number {
  return (pcm.length * 1000) / AGENT_SAMPLE_RATE;
}
