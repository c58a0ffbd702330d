// This file lists the events of a session and the emitter that delivers them.
import type { TextTiming } from '@voicewire/protocol';
import type { VoiceError } from '../errors.ts';
import type { DevicesChange } from '../ports/audioDevices.ts';
import type { DisconnectReason } from './disconnectReason.ts';
import type { SessionStats } from './stats.ts';
import type { AgentState, SessionStatus } from './status.ts';

/** The way of the first audible sample of an agent utterance; all instants on the session clock, in ms. */
export interface AgentSpeechStarted {
  /** Its packet arrived. */
  readonly receivedMs: number;
  /** Its packet was decoded. */
  readonly decodedMs: number;
  /** It left the jitter buffer for the device. */
  readonly jitterOutMs: number;
  /** It was heard. */
  readonly audibleMs: number;
}

/** The agent was cut off. Instants on the session clock, in ms. */
export interface AgentInterrupted {
  /** Somebody wished it: the user's program, or the vendor, which heard the user. */
  readonly requestedMs: number;
  /** The last sample was heard. `silentMs − requestedMs` is the barge-in stop time; equal when nothing was playing. */
  readonly silentMs: number;
  /** The reply that was being heard, where the vendor names replies. */
  readonly generation?: string;
  /**
   * What the user heard of it, in whole words: by the vendor's own times where it gives them, else by the share of the
   * audio that was played. Absent where the vendor tells no words.
   */
  readonly heardText?: string;
}

/** Payload of each event. */
export interface SessionEvents {
  /** `isResumed`: after a reconnect, whether the vendor took the old conversation up again. */
  statusChanged: { readonly status: SessionStatus; readonly previous: SessionStatus; readonly isResumed?: boolean };
  agentStateChanged: { readonly agentState: AgentState; readonly previous: AgentState };
  agentSpeechStarted: AgentSpeechStarted;
  /** `audibleMs`: when the last audible sample was heard. */
  agentSpeechEnded: { readonly audibleMs: number };
  /** The server hears the user speak, or hears the end of it. Times are ms on the server's own speech clock. */
  userSpeechStarted: { readonly startMs?: number };
  userSpeechEnded: { readonly startMs?: number; readonly endMs?: number };
  /** What the user said. Not final: replaces what was not final before it. */
  transcript: { readonly text: string; readonly isFinal: boolean };
  /** The next piece of what the agent says. `generation` names the reply, where the vendor does. */
  agentText: {
    readonly text: string;
    readonly generation?: string;
    /** When parts of `text` are heard, from the start of the reply's audio. */
    readonly alignment?: readonly TextTiming[];
  };
  /** The agent has said all of a reply; its last audio may still wait to be played. */
  turnCompleted: { readonly generation?: string; readonly fullText?: string; readonly isConversationOver?: boolean };
  /** What the agent is doing; `action` is the vendor's own and untrusted. */
  agentAction: { readonly actionType: string; readonly action: Readonly<Record<string, unknown>> };
  /** The network takes less than the microphone gives: so much of the user's audio was dropped since the last event. */
  congested: { readonly droppedMs: number };
  /** The connection was gone for too long: so much of what the user said in the meantime was given up. */
  speechLost: { readonly durationMs: number };
  /**
   * Another connection has taken the place of the one before, without a gap: see `reconnect.handOverAfterMs`. Where it is
   * not resumed, the agent begins a new conversation and may have to be told of the old one.
   */
  handedOver: { readonly isResumed: boolean };
  /** The agent was cut off. */
  interrupted: AgentInterrupted;
  /** How loud user and agent are, 0 (−60 dBFS and below) to 1 (full scale): every 100 ms, when it changes. */
  levelChanged: { readonly inputLevel: number; readonly outputLevel: number };
  /** What `stats()` gives, every second. */
  statsUpdated: SessionStats;
  /** Microphones and loudspeakers came or went, or others are used now. Only during a session. */
  devicesChanged: DevicesChange;
  /** The browser holds sound and microphone back: call `unlockAudio()` in a click. `connect()` waits 10 s for it. */
  playbackBlocked: Readonly<Record<string, never>>;
  error: VoiceError;
  /** Once for every session that was connected, always with a reason. */
  disconnected: DisconnectReason;
  /** A message type this version does not know; harmless. */
  unknownMessage: { readonly messageType: string };
  /** Every wire message, both ways, with secrets masked and audio described. */
  raw: { readonly direction: 'sent' | 'received'; readonly text: string };
}

export type SessionEventName = keyof SessionEvents;
export type SessionListener<Name extends SessionEventName> = (event: SessionEvents[Name]) => void;

/** Delivers events in order. A listener that throws does not keep others from hearing. */
export class SessionEmitter {
  private readonly listeners = new Map<SessionEventName, Set<(event: never) => void>>();

  /** @param reportListenerFault Receives what a listener threw; the engine itself goes on. */
  constructor(private readonly reportListenerFault: (fault: unknown) => void) {}

  /** @returns A function that takes the listener off again. */
  on<Name extends SessionEventName>(name: Name, listener: SessionListener<Name>): () => void {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  emit<Name extends SessionEventName>(name: Name, event: SessionEvents[Name]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      try {
        (listener as SessionListener<Name>)(event);
      } catch (fault) {
        this.reportListenerFault(fault);
      }
    }
  }

  /** Whether anybody listens; costly payloads are made only then. */
  has(name: SessionEventName): boolean {
    return (this.listeners.get(name)?.size ?? 0) > 0;
  }
}
