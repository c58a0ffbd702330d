// This file defines what sending a note takes: from the platform, and from the user.
import type { ContextualUpdate, NoteConversation, NotePlatform, VoiceNoteVendor } from '@voicewire/protocol';
import type { CredentialsOptions } from '../credentials/loadCredentials.ts';
import type { AudioDecoders } from '../downlink/audioDecoder.ts';
import type { AbortSignalLike } from '../ports/abortSignal.ts';
import type { AudioOutput } from '../ports/audioOutput.ts';
import type { Clock } from '../ports/clock.ts';
import type { HttpPort } from '../ports/http.ts';
import type { NoteContent } from './noteSource.ts';

/** What a note is plugged into. */
export interface NotePorts {
  readonly clock: Clock;
  readonly http: HttpPort;
  /** Uniform in [0, 1): draws the form's boundary, spreads resends. */
  readonly random: () => number;
  /** Now, in ms since 1970: servers tell in wall-clock time when to come back. */
  readonly nowEpochMs: () => number;
  /** Where the reply is heard. Absent: nowhere, it is told only. */
  readonly output?: AudioOutput;
  /** For replies in MP3. */
  readonly decoders?: AudioDecoders;
  /** What the platform decodes faster. */
  readonly platform?: NotePlatform;
}

/** What every platform's `sendVoiceNote` takes besides what is sent. */
export interface NoteTerms extends CredentialsOptions {
  readonly vendor: VoiceNoteVendor;
  /** What the agent should know beforehand. */
  readonly contextualUpdates?: readonly ContextualUpdate[];
  /**
   * `vendor.createConversation()`, kept from note to note: it knows that a note is still under way, or was just cut short.
   * Default: a new one, which knows nothing.
   */
  readonly conversation?: NoteConversation;
  /** Ends the note: recording, request and sound. The loop throws `note-aborted`. */
  readonly signal?: AbortSignalLike;
  /**
   * How long a note that the server refused is sent again, in ms; `resendPlanned` tells each time. Default 5,000; 0: never.
   * What the server may have taken is never sent again.
   */
  readonly resendForMs?: number;
}

export type SendNoteOptions = NoteTerms & NoteContent;
