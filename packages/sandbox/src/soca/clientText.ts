// This file tells apart what a client sends as text: commands, a start, audio that should have been binary, and the rest.
import { parseClientMessage } from '@voicewire/protocol/soca';

/** What a text is, by its look. `audio`: base64 or JSON with samples in it. */
export type TextKind = 'start' | 'stop' | 'barge' | 'audio' | 'other';

/** Shortest text that is taken for base64 audio: 10 ms of it. */
const MIN_AUDIO_CHARS = 400;
const BASE64_START = /^(?:data:[^,]{0,80},)?[A-Za-z0-9+/_-]{40}/;
/** Shortest list of numbers that is taken for samples. */
const MIN_AUDIO_NUMBERS = 100;

/** Says what a text is. */
export function kindOfText(text: string): TextKind {
  const object = readObject(text);
  if (object === undefined) return looksLikeBase64(text) ? 'audio' : 'other';
  const { type } = object;
  if (type === 'start') return 'start';
  if ((type === 'stop' || type === 'barge') && parseClientMessage(text).ok) return type;
  return Object.values(object).some(looksLikeAudio) ? 'audio' : 'other';
}

/** A JSON object, or nothing. */
export function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // Not JSON: one of the answers.
    return undefined;
  }
}

function looksLikeAudio(value: unknown): boolean {
  if (typeof value === 'string') return looksLikeBase64(value);
  return Array.isArray(value) && value.length >= MIN_AUDIO_NUMBERS && value.every((item) => typeof item === 'number');
}

function looksLikeBase64(text: string): boolean {
  return text.length >= MIN_AUDIO_CHARS && BASE64_START.test(text);
}
