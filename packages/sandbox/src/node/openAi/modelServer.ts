// This file calls the three endpoints of an OpenAI-compatible server: speech to text, chat, text to speech. It holds no
// conversation; errors never carry the key, nor what a server put into its answer.
import { encodeWav } from '../../speech/wavFile.ts';
import { SandboxError } from '../../errors.ts';
import { ChatStream } from './chatStream.ts';

/** Where the models are, and which. */
export interface OpenAiOptions {
  /** Base of the endpoints, e.g. `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  /** Sent as bearer to `baseUrl` and to the two below. Default: none. */
  readonly apiKey?: string;
  readonly chatModel: string;
  /** Default `whisper-1`; `null` recognises no speech, and the model is told how long the user spoke. */
  readonly transcriptionModel?: string | null;
  /** Default `baseUrl`. */
  readonly transcriptionBaseUrl?: string;
  /** Default `tts-1`; `null` speaks with the clips and an installed synthesizer. */
  readonly speechModel?: string | null;
  /** Default `baseUrl`. */
  readonly speechBaseUrl?: string;
  /** Default `alloy`. */
  readonly voice?: string;
  /** What the model is told to be. Default: a brief telephone manner. */
  readonly instructions?: string;
  /** Longest wait for the first byte of an answer, in ms. Default 30000. */
  readonly timeoutMs?: number;
  /** Told of every request that failed; the conversation goes on. Default: nobody. */
  readonly onError?: (error: SandboxError) => void;
}

/** One message of a chat. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** Largest answer that is taken, in bytes: three minutes of speech at 24 kHz. */
const MAX_AUDIO_BYTES = 8_388_608;
const MAX_TRANSCRIPT_BYTES = 65_536;
const USER_SAMPLE_RATE = 16_000;

/** A server with models. Every method rejects with a `SandboxError` `model-failed`. */
export class ModelServer {
  readonly #options: OpenAiOptions;

  /** @throws {SandboxError} `invalid-option` for a URL that is none. */
  constructor(options: OpenAiOptions) {
    this.#options = options;
    for (const name of ['baseUrl', 'transcriptionBaseUrl', 'speechBaseUrl'] as const) {
      const url = options[name];
      if (url !== undefined && !isHttpUrl(url)) {
        throw new SandboxError('invalid-option', `${name} is not an http or https URL.`, { option: name });
      }
    }
  }

  /** @param pcm 16 kHz. */
  async transcribe(model: string, pcm: Int16Array): Promise<string> {
    const form = new FormData();
    form.set('model', model);
    form.set('response_format', 'json');
    form.set('file', new Blob([encodeWav(pcm, USER_SAMPLE_RATE)], { type: 'audio/wav' }), 'speech.wav');
    const base = this.#options.transcriptionBaseUrl ?? this.#options.baseUrl;
    return this.#request('transcription', base, '/audio/transcriptions', { body: form }, async (response) => {
      const { text } = JSON.parse(Buffer.from(await readBytes(response, MAX_TRANSCRIPT_BYTES)).toString('utf8')) as {
        text?: unknown;
      };
      if (typeof text !== 'string') throw new Error('no text in the answer');
      return text.trim();
    });
  }

  /** Tells the answer's text piece by piece. */
  async chat(messages: readonly ChatMessage[], onText: (piece: string) => void, signal: AbortSignal): Promise<void> {
    const { baseUrl, chatModel } = this.#options;
    const init = jsonInit({ model: chatModel, messages, stream: true });
    await this.#request('chat', baseUrl, '/chat/completions', { ...init, signal }, async (response) => {
      const stream = new ChatStream(onText);
      for await (const chunk of bodyOf(response)) stream.push(chunk);
      stream.end();
    });
  }

  /** @returns A WAV file. */
  async speak(model: string, text: string, signal: AbortSignal): Promise<Uint8Array> {
    const { baseUrl, speechBaseUrl, voice = 'alloy' } = this.#options;
    const init = jsonInit({ model, voice, input: text, response_format: 'wav' });
    return this.#request('speech', speechBaseUrl ?? baseUrl, '/audio/speech', { ...init, signal }, (response) =>
      readBytes(response, MAX_AUDIO_BYTES),
    );
  }

  async #request<T>(
    task: string,
    base: string,
    path: string,
    init: RequestInit & { readonly signal?: AbortSignal },
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const { apiKey, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const headers = new Headers(init.headers);
    if (apiKey !== undefined) headers.set('authorization', `Bearer ${apiKey}`);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    const signal = init.signal === undefined ? deadline.signal : AbortSignal.any([init.signal, deadline.signal]);
    try {
      const response = await fetch(base.replace(/\/+$/, '') + path, { ...init, method: 'POST', headers, signal });
      clearTimeout(timer);
      if (!response.ok) {
        await response.body?.cancel();
        throw modelFailed(task, `it answered ${response.status}`, { status: response.status });
      }
      return await read(response);
    } catch (error) {
      if (error instanceof SandboxError) throw error;
      if (deadline.signal.aborted) throw modelFailed(task, `no answer within ${timeoutMs} ms`, { timeoutMs });
      throw modelFailed(task, 'it cannot be reached, or its answer cannot be read', {});
    } finally {
      clearTimeout(timer);
    }
  }
}

function jsonInit(body: object): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

async function readBytes(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of bodyOf(response)) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function bodyOf(response: Response): AsyncIterable<Uint8Array> {
  if (response.body === null) throw new Error('no body');
  return response.body;
}

function modelFailed(task: string, reason: string, details: Readonly<Record<string, number>>): SandboxError {
  return new SandboxError('model-failed', `The model server's ${task} failed: ${reason}.`, { task, ...details });
}

function isHttpUrl(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}
