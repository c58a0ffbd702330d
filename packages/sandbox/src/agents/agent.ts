// This file defines what an agent is: it hears utterances and answers with speech. No vendor's protocol shows here.
import type { Clock } from '../clock.ts';
import type { Transcriber } from '../hearing/transcriber.ts';
import type { SpeechStart, TranscribedUtterance } from '../hearing/utterance.ts';
import type { Random } from '../random.ts';

/** Rate at which agents hear and speak, in Hz. Mono int16. Vendors convert at their edge. */
export const AGENT_SAMPLE_RATE = 16_000;

/** Something the user's side sent as text. */
export interface UserText {
  /** `user-message`: what the user typed. `external-event`: what happened outside the conversation. */
  readonly kind: 'user-message' | 'external-event';
  readonly text: string;
}

/** Speech to be said: text, or audio that is ready. */
export type Speech =
  | { readonly text: string; readonly pcm?: undefined }
  /** `pcm` is 16 kHz; `text` is what it says, for records. */
  | { readonly text: string; readonly pcm: Int16Array };

/** What an agent can do and know. */
export interface AgentContext {
  readonly clock: Clock;
  readonly random: Random;
  /** True while speech is leaving or waiting to leave. */
  readonly isSpeaking: boolean;
  /** Queues speech; pieces follow each other after a short pause. */
  say(speech: Speech): void;
  /** Fades out what is being said and drops what is queued. */
  stopSpeaking(): void;
  /** Ends the session from the agent's side once all queued speech has left. */
  hangUp(): void;
}

/** One agent in one session. Every method is optional and is called on the sandbox's clock, never re-entrantly. */
export interface Agent {
  /** Knows what the user says, in place of the sandbox's transcriber: a script does. */
  readonly transcriber?: Transcriber;
  /** True while more of an answer is being made: whoever marks the end of answers waits for it. Default: false. */
  readonly isAnswering?: boolean;
  /** The session is ready and the user can hear. */
  opened?(): void;
  /** The user began to speak. */
  userSpeechStarted?(start: SpeechStart): void;
  /** The user's turn is over. */
  userSpeechEnded?(utterance: TranscribedUtterance): void;
  /** Text arrived that wants an answer. */
  userTextReceived?(text: UserText): void;
  /** The user cut the speech off without speaking, e.g. by a button; it has been stopped already. */
  userInterrupted?(): void;
  /** All queued speech has left, in real time. Not called after `stopSpeaking`. */
  finishedSpeaking?(): void;
  /** The session is gone; timers must be cleared. */
  closed?(): void;
}

/** Makes one agent per session. */
export type AgentFactory = (context: AgentContext) => Agent;
