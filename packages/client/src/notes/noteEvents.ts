// This file names what a voice note tells: what the vendor says, in the words of sessions, and what happens on this side.
import type { VoiceNoteEvent as VendorNoteEvent } from '@voicewire/protocol';
import type { ErrorCode, VoiceError } from '../errors.ts';

/** Instants are ms on the session clock. */
export type VoiceNoteEvent =
  | VendorNoteEvent
  /** The note is whole and about to be sent; again after every `resendPlanned`. */
  | { readonly type: 'uploadStarted'; readonly uploadBytes: number }
  /** The server refused the note, and so did not take it: it is sent again after `delayMs`. */
  | { readonly type: 'resendPlanned'; readonly code: ErrorCode; readonly delayMs: number }
  /** The first audible sample of the reply, or of a filler, after silence. */
  | { readonly type: 'agentSpeechStarted'; readonly audibleMs: number }
  /** The last one before a pause of half a second, or the end of the reply. */
  | { readonly type: 'agentSpeechEnded'; readonly audibleMs: number }
  /** Part of the reply is not heard, or all the rest of it; its events go on. */
  | { readonly type: 'playbackFailed'; readonly error: VoiceError }
  /** The last event of a note that went well: the reply is complete, and was heard to its end. */
  | {
      readonly type: 'noteCompleted';
      /** True when the agent ended the conversation: no further note can be sent. */
      readonly isConversationOver: boolean;
      /** True when the vendor could not wind the conversation up by itself, and wants to be told to finish it. */
      readonly needsFinish: boolean;
    };
