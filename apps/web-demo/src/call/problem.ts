// This file turns what was thrown into what a person is shown: a sentence, a code, and whether to try again.
import { VoiceError } from '@voicewire/client/browser';

export interface Problem {
  /** `failure`: the call is over. `notice`: it goes on. */
  readonly kind: 'failure' | 'notice';
  /** Stable code of the error, or `unexpected` for what the client did not throw. */
  readonly code: string;
  /** What happened, and what to do about it. */
  readonly text: string;
  readonly canRetry: boolean;
}

export function problemOf(thrown: unknown, kind: Problem['kind']): Problem {
  if (thrown instanceof VoiceError) {
    return { kind, code: thrown.code, text: thrown.message, canRetry: kind === 'failure' && thrown.retryable };
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind, code: 'unexpected', text: `${text} Reload the page and try again.`, canRetry: false };
}
