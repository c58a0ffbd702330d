// This file lists everything that can be seen of a session from outside: what it does to its ports, what its ports do to it,
// what its vendor says, and what its user asks and hears. Invariants are judged by this alone.
import type { Capabilities, ResumePoint, SessionEvent } from '@voicewire/protocol';
import type { SessionEventName, SessionStats } from '../../src/index.ts';

/** What a user can ask of a session. */
export type Method =
  | 'connect'
  | 'disconnect'
  | 'interrupt'
  | 'setMicMuted'
  | 'sendUserMessage'
  | 'sendContextualUpdate'
  | 'endUserTurn'
  | 'finish';

/** Frames, messages and samples are named by counts that begin at 0 with the session. */
export type Observation =
  // The user.
  | { readonly type: 'called'; readonly call: number; readonly method: Method }
  /** `code`: of the `VoiceError` it was rejected with; `not-typed` for anything else; null when it was resolved. */
  | { readonly type: 'settled'; readonly call: number; readonly method: Method; readonly code: string | null }
  | { readonly type: 'event'; readonly name: SessionEventName; readonly event: unknown }
  /** Listeners that the session holds on abort signals of the user's. */
  | { readonly type: 'signalListeners'; readonly count: number }
  // The clock.
  | { readonly type: 'timers'; readonly count: number }
  // Sockets.
  | { readonly type: 'socketCreated'; readonly socket: number }
  | { readonly type: 'socketOpened'; readonly socket: number }
  | { readonly type: 'socketSent'; readonly socket: number; readonly sizeBytes: number; readonly bufferedBytes: number }
  | { readonly type: 'socketClosing'; readonly socket: number }
  | { readonly type: 'socketClosed'; readonly socket: number; readonly code: number }
  // The microphone. A frame that is heard on the wire says by itself which one it is.
  | { readonly type: 'inputStarted' }
  | { readonly type: 'inputStopped' }
  | { readonly type: 'captured'; readonly frame: number; readonly isMuted: boolean }
  // The speaker.
  | { readonly type: 'outputStarted' }
  | { readonly type: 'outputStopped' }
  /** `reply`: which reply it was decoded from, where the decoder is a port. */
  | { readonly type: 'written'; readonly pcm: Int16Array; readonly reply?: Reply | undefined }
  | { readonly type: 'flushCalled' }
  /** `wasPlaying`: something had to be faded out. */
  | { readonly type: 'flushed'; readonly wasPlaying: boolean }
  | { readonly type: 'heard'; readonly block: Float32Array; readonly sampleRate: number }
  // The vendor.
  | {
      readonly type: 'attemptBegun';
      readonly attempt: number;
      readonly capabilities: Capabilities;
      readonly resume: ResumePoint | undefined;
    }
  | { readonly type: 'vendorSaid'; readonly attempt: number; readonly event: SessionEvent }
  /** The session's own message of audio; `frames` names those in it, null for zeros. */
  | { readonly type: 'audioSent'; readonly attempt: number; readonly frames: readonly (number | null)[] }
  | { readonly type: 'resumePointTaken'; readonly attempt: number; readonly resume: ResumePoint | undefined }
  | { readonly type: 'secretGiven'; readonly secret: string }
  // The end of the observation.
  | { readonly type: 'concluded'; readonly status: string; readonly stats: SessionStats; readonly report: unknown };

/** A reply of the agent, as far as its vendor names it. */
export interface Reply {
  readonly attempt: number;
  readonly generation: string | undefined;
}
