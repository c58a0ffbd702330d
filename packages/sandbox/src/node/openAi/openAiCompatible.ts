// This file is the agent behind `openai-compatible`: a real assistant whose ears, mind and voice are models on a server of
// the user's choice, reached through any protocol of the sandbox.
import type { Agent, AgentContext, AgentFactory, UserText } from '../../agents/agent.ts';
import { MODEL_SILENT } from '../../agents/lines.ts';
import { SandboxError } from '../../errors.ts';
import { describeSpeech } from '../../hearing/transcriber.ts';
import type { ToAgentRate } from '../synthesizers.ts';
import { readWav } from '../wavSamples.ts';
import type { ChatMessage, OpenAiOptions } from './modelServer.ts';
import { ModelServer } from './modelServer.ts';
import { SentenceSplitter } from './sentenceSplitter.ts';

const DEFAULT_INSTRUCTIONS =
  'You are on a phone call. Answer in one to three short spoken sentences, without lists, markup or emoji.';
/** Messages kept of a conversation; the model sees the latest. */
const MAX_MESSAGES = 40;

/**
 * Creates the agent. It answers sentence by sentence: the first is spoken while the model still writes the rest. Speech of
 * the user cuts it off and cancels every request that is under way.
 *
 * @param toAgentRate Brings the server's speech to 16 kHz; `createRateConverter(dsp)` makes one.
 * @throws {SandboxError} `invalid-option` for a URL that is none.
 */
export function openAiCompatible(options: OpenAiOptions, toAgentRate: ToAgentRate): AgentFactory {
  const server = new ModelServer(options);
  return (context) => new OpenAiAgent(context, server, options, toAgentRate).describe();
}

/**
 *   input                     effect
 *   turn or text of the user  cancel the answer under way; ask the chat; speak sentence by sentence
 *   user speech begins        cancel the answer under way, stop speaking
 *   a request fails           tell `onError`; a sentence falls back to the local voice, a chat to `MODEL_SILENT`
 */
class OpenAiAgent {
  readonly #context: AgentContext;
  readonly #server: ModelServer;
  readonly #options: OpenAiOptions;
  readonly #toAgentRate: ToAgentRate;
  #messages: ChatMessage[] = [];
  #answer = new AbortController();
  /** Answers under way; a cancelled one counts until it has noticed. */
  #answerCount = 0;

  constructor(context: AgentContext, server: ModelServer, options: OpenAiOptions, toAgentRate: ToAgentRate) {
    this.#context = context;
    this.#server = server;
    this.#options = options;
    this.#toAgentRate = toAgentRate;
  }

  describe(): Agent {
    const { transcriptionModel = 'whisper-1' } = this.#options;
    const isAnswering = (): boolean => this.#answerCount > 0;
    return {
      get isAnswering() {
        return isAnswering();
      },
      transcriber: {
        transcribe: (utterance) =>
          transcriptionModel === null
            ? describeSpeech(utterance)
            : this.#server.transcribe(transcriptionModel, utterance.pcm).catch((error: unknown) => {
                this.#report(error);
                return describeSpeech(utterance);
              }),
      },
      userSpeechStarted: () => {
        this.#cancel();
        this.#context.stopSpeaking();
      },
      userSpeechEnded: ({ transcript }) => {
        // Nothing was understood: an answer would be to a question nobody asked.
        if (transcript !== '') this.#reply(transcript);
      },
      userTextReceived: (text) => this.#reply(phrase(text)),
      userInterrupted: () => this.#cancel(),
      closed: () => this.#cancel(),
    };
  }

  #cancel(): void {
    this.#answer.abort();
  }

  #reply(text: string): void {
    this.#cancel();
    const answer = new AbortController();
    this.#answer = answer;
    this.#remember({ role: 'user', content: text });
    this.#answerCount += 1;
    void this.#speakReply(answer.signal).finally(() => {
      this.#answerCount -= 1;
    });
  }

  async #speakReply(signal: AbortSignal): Promise<void> {
    const { instructions = DEFAULT_INSTRUCTIONS } = this.#options;
    const spoken: string[] = [];
    let queue = Promise.resolve();
    const splitter = new SentenceSplitter((sentence) => {
      const audio = this.#render(sentence, signal);
      queue = queue.then(async () => {
        const pcm = await audio;
        if (signal.aborted) return;
        spoken.push(sentence);
        this.#context.say(pcm === undefined ? { text: sentence } : { text: sentence, pcm });
      });
    });
    try {
      const messages: ChatMessage[] = [{ role: 'system', content: instructions }, ...this.#messages];
      await this.#server.chat(messages, (piece) => splitter.push(piece), signal);
      splitter.end();
    } catch (error) {
      if (!signal.aborted) {
        this.#report(error);
        // Sentences that came before may still wait for their audio.
        queue = queue.then(() => {
          if (!signal.aborted) this.#context.say({ text: MODEL_SILENT });
        });
      }
    }
    await queue;
    if (spoken.length > 0) this.#remember({ role: 'assistant', content: spoken.join(' ') });
  }

  /** Audio of a sentence; nothing when the local voice should speak it. */
  async #render(sentence: string, signal: AbortSignal): Promise<Int16Array | undefined> {
    const { speechModel = 'tts-1' } = this.#options;
    if (speechModel === null) return undefined;
    try {
      return this.#toAgentRate(readWav(await this.#server.speak(speechModel, sentence, signal)));
    } catch (error) {
      if (!signal.aborted) this.#report(error);
      return undefined;
    }
  }

  #remember(message: ChatMessage): void {
    this.#messages = [...this.#messages, message].slice(-MAX_MESSAGES);
  }

  #report(error: unknown): void {
    const known = error instanceof SandboxError ? error : new SandboxError('model-failed', String(error));
    this.#options.onError?.(known);
  }
}

function phrase({ kind, text }: UserText): string {
  return kind === 'external-event' ? `[Event: ${text}]` : text;
}
