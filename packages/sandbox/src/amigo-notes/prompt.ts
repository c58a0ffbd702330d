// This file names what a reply answers, and how it may end.
import type { MessageAuthor } from '../amigo-shared/conversation.ts';
import type { Recording } from '../amigo-shared/recordings.ts';

/** What a reply answers. */
export type Prompt =
  /** The agent speaks by itself. */
  | { readonly kind: 'none'; readonly isFirst: boolean }
  | { readonly kind: 'text'; readonly author: Exclude<MessageAuthor, 'agent'>; readonly text: string }
  /** @param pcm 16 kHz. */
  | { readonly kind: 'speech'; readonly pcm: Int16Array; readonly recording: Recording }
  /** Speech in a format that cannot be heard here: all that is known is a description. */
  | { readonly kind: 'unheard'; readonly description: string; readonly recording: Recording };

/**
 * How a reply ended. `complete`: it stands. `void`: declared so by an `error`. `cut`: broken off by the server.
 * `cancelled`: by the client.
 */
export type ReplyOutcome = 'complete' | 'void' | 'cut' | 'cancelled';
