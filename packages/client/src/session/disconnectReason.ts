// This file defines why a session ended: always one reason, with whether trying again makes sense.
import type { EndCause } from '@voicewire/protocol';
import type { ErrorCode, VoiceError } from '../errors.ts';

/** The one reason a session ended. */
export interface DisconnectReason {
  /**
   * `user`: `disconnect()` was called. `suspended`: the page was put away, and reconnecting is switched off. `agent-ended`, `server-ended`, `server-shutdown`, `unknown`: the vendor said so.
   * Otherwise the code of the error that ended it.
   */
  readonly code: 'user' | 'suspended' | EndCause | ErrorCode;
  /** Whether connecting again can work. */
  readonly isRetryable: boolean;
  /** The vendor's own word for it, where it gave one. */
  readonly vendorReason?: string;
  /** The error that ended it, when it ended in one. */
  readonly error?: VoiceError;
}
