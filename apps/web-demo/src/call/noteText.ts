// This file words the events of voice notes for the log: one short text each.
import type { VoiceNoteEvent } from '@voicewire/client/browser';
import { formatMs } from './eventText.ts';

type Wordings = {
  readonly [Type in VoiceNoteEvent['type']]: (event: Extract<VoiceNoteEvent, { type: Type }>) => string | null;
};

/** Every event has its words, or none: audio comes in many pieces. The compiler says when one is missing. */
const NOTE_TEXTS: Wordings = {
  sessionAccepted: () => 'the server knows the conversation',
  uploadStarted: ({ uploadBytes }) => `the note leaves: ${(uploadBytes / 1000).toFixed(1)} kB`,
  resendPlanned: ({ code, delayMs }) => `refused (${code}): sent again in ${formatMs(delayMs)}`,
  transcript: ({ text }) => `you: ${text}`,
  agentText: ({ text }) => `agent: ${text}`,
  agentAudio: () => null,
  agentAudioEnded: () => 'the agent has sent all of its voice',
  filler: ({ content }) => (content.kind === 'text' ? `meanwhile: ${content.text}` : 'a sound for the wait'),
  agentAction: ({ actionType }) => `the agent is at ${actionType}`,
  agentSpeechStarted: () => 'the reply is heard',
  agentSpeechEnded: () => 'silence',
  turnCompleted: ({ fullText }) => fullText ?? 'the agent has said all of it',
  playbackFailed: ({ error: { code, message } }) => `${code}: ${message}`,
  vendorError: ({ vendorCode, vendorMessage }) => `${vendorCode}: ${vendorMessage}`,
  unknownMessage: ({ messageType }) => `the server sent an unknown "${messageType}"; ignored`,
  malformedMessage: () => 'the server sent something that is no message; ignored',
  noteCompleted: ({ isConversationOver }) =>
    isConversationOver ? 'heard to its end; the agent ended the conversation' : 'heard to its end',
};

/** Null for what the log leaves out. */
export function describeNoteEvent<Event extends VoiceNoteEvent>(event: Event): string | null {
  const describe = NOTE_TEXTS[event.type] as (event: VoiceNoteEvent) => string | null;
  return describe(event);
}
