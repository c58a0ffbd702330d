// This file looks into what is to be uploaded, so that what is declared is what is in it.
import type { ParseResult } from '../neutral/parseResult.ts';
import { isBytes } from '../wire/bytes.ts';
import type { NoteContent } from '../neutral/voiceNote.ts';
import { failUnlike, failWith } from '../wire/issues.ts';
import { sniffAudio } from '../wire/sniffAudio.ts';
import { encodeUtf8 } from '../wire/utf8.ts';
import { WAV_FORMAT_PCM, type WavHeader, readWavHeader } from '../wire/wavHeader.ts';
import { LIMITS } from './constants.ts';
import type { InteractQuery, RecordedMessage, RequestAudioConfig } from './requestMessages.ts';

/** An upload and how it is to be read. */
export interface Upload {
  readonly recording: RecordedMessage;
  readonly declaration: Pick<InteractQuery, 'request_format' | 'request_audio_config'>;
}

/** Tells what a note is: an audio file, or words. What the server would refuse gives issues. */
export function readUpload({ audio, text }: NoteContent): ParseResult<Upload> {
  if (text === undefined) return readFile(audio);
  return audio === undefined ? readText(text) : failWith('audio or text', 'both', ['text']);
}

/** The server answers 400 to an empty message. */
function readText(text: string): ParseResult<Upload> {
  if (typeof text !== 'string') return failUnlike('text', text, ['text']);
  if (text.trim() === '') return failWith('some text', 'none', ['text']);
  const { length } = encodeUtf8(text);
  if (length > LIMITS.maxUploadBytes) {
    return failWith(`at most ${LIMITS.maxUploadBytes} bytes`, `${length} bytes`, ['text']);
  }
  return { ok: true, message: { recording: { kind: 'text', text }, declaration: { request_format: 'text' } } };
}

/**
 * Tells what an audio file is. Files that the server would refuse give issues: WAV must be mono PCM of 2 or 4 bytes per
 * sample at 4 to 44.1 kHz, with a true size; anything but WAV and MP3 is refused; so is what is too large or too long.
 */
function readFile(audio: Uint8Array): ParseResult<Upload> {
  if (!isBytes(audio)) return failUnlike('bytes', audio, ['audio']);
  if (audio.length > LIMITS.maxUploadBytes) {
    return failWith(`at most ${LIMITS.maxUploadBytes} bytes`, `${audio.length} bytes`, ['audio']);
  }
  const kind = sniffAudio(audio, true);
  if (kind === 'raw') return failWith('a WAV or MP3 file', `${audio.length} other bytes`, ['audio']);
  if (kind === 'mp3') {
    return { ok: true, message: fileOf('audio/mpeg', audio, { type: 'mp3' }) };
  }
  const result = readWavHeader(audio);
  if (result.status === 'incomplete') return failWith('a data chunk', 'none', ['audio']);
  if (result.status === 'invalid') {
    return { ok: false, issues: result.issues.map((issue) => ({ ...issue, path: ['audio', ...issue.path] })) };
  }
  const config = configOf(result.header, audio.length);
  return config.ok ? { ok: true, message: fileOf('audio/wav', audio, config.message) } : config;
}

function configOf(header: WavHeader, fileBytes: number): ParseResult<RequestAudioConfig> {
  const { formatTag, channelCount, sampleRate, bitsPerSample, dataOffsetBytes, dataBytes } = header;
  const wrong = (expected: string, received: string) => failWith(expected, received, ['audio']);
  if (formatTag !== WAV_FORMAT_PCM) return wrong('PCM samples (WAV format 1)', `WAV format ${formatTag}`);
  if (channelCount !== 1) return wrong('1 channel', `${channelCount} channels`);
  if (bitsPerSample !== 16 && bitsPerSample !== 32) return wrong('16 or 32 bits per sample', `${bitsPerSample} bits`);
  if (sampleRate < LIMITS.minUploadSampleRate || sampleRate > LIMITS.maxUploadSampleRate) {
    return wrong(`${LIMITS.minUploadSampleRate} to ${LIMITS.maxUploadSampleRate} Hz`, `${sampleRate} Hz`);
  }
  const heldBytes = fileBytes - dataOffsetBytes;
  if (heldBytes === 0 || dataBytes === 0) return wrong('samples', 'none');
  if (dataBytes === undefined || dataBytes > heldBytes) {
    return wrong('a data chunk as long as it says', `${heldBytes} bytes of ${dataBytes ?? 'unknown'}`);
  }
  const sampleWidth = bitsPerSample === 16 ? 2 : 4;
  const durationMs = (dataBytes / sampleWidth / sampleRate) * 1000;
  if (durationMs > LIMITS.maxUploadMs) return wrong(`at most ${LIMITS.maxUploadMs} ms`, `${Math.ceil(durationMs)} ms`);
  return { ok: true, message: { type: 'pcm', frame_rate: sampleRate, n_channels: 1, sample_width: sampleWidth } };
}

function fileOf(contentType: string, bytes: Uint8Array, config: RequestAudioConfig): Upload {
  return {
    recording: { kind: 'voice', contentType, bytes },
    declaration: { request_format: 'voice', request_audio_config: config },
  };
}
