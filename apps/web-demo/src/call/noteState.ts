// This file decides what the page shows of a voice note, as one pure function from what happened to what is the case.
import type { VoiceNoteEvent } from '@voicewire/client/browser';
import type { Problem } from './problem.ts';

export interface NoteState {
  /** `answering`: the server has the note. */
  readonly phase: 'idle' | 'recording' | 'sending' | 'resending' | 'answering';
  readonly isAgentSpeaking: boolean;
  /** What the user said or wrote, as the server understood it. */
  readonly heard: string;
  /** What the agent has said so far. */
  readonly reply: string;
  /** How the last note ended. */
  readonly outcome: 'none' | 'answered' | 'cancelled' | 'failed';
  /** Gone with the next note. */
  readonly problem: Problem | null;
}

export type NoteAction =
  | { readonly type: 'recordingBegun' }
  | { readonly type: 'sent' }
  | { readonly type: 'eventArrived'; readonly event: VoiceNoteEvent }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly problem: Problem };

export const INITIAL_NOTE_STATE: NoteState = {
  phase: 'idle',
  isAgentSpeaking: false,
  heard: '',
  reply: '',
  outcome: 'none',
  problem: null,
};

/** The state after `action`. Same arguments, same result. */
export function reduceNote(state: NoteState, action: NoteAction): NoteState {
  switch (action.type) {
    case 'recordingBegun':
      return { ...INITIAL_NOTE_STATE, phase: 'recording' };
    case 'sent':
      return state.phase === 'recording' ? { ...state, phase: 'sending' } : { ...INITIAL_NOTE_STATE, phase: 'sending' };
    case 'eventArrived':
      return reduceEvent(state, action.event);
    case 'cancelled':
      return { ...state, phase: 'idle', isAgentSpeaking: false, outcome: 'cancelled' };
    case 'failed':
      return { ...state, phase: 'idle', isAgentSpeaking: false, outcome: 'failed', problem: action.problem };
  }
}

function reduceEvent(state: NoteState, event: VoiceNoteEvent): NoteState {
  switch (event.type) {
    case 'resendPlanned':
      return { ...state, phase: 'resending' };
    case 'uploadStarted':
      return { ...state, phase: 'sending' };
    case 'transcript':
      return { ...state, phase: 'answering', heard: event.text };
    case 'agentText':
      return { ...state, phase: 'answering', reply: state.reply + event.text };
    case 'turnCompleted':
      return { ...state, reply: event.fullText ?? state.reply };
    case 'agentSpeechStarted':
      return { ...state, isAgentSpeaking: true };
    case 'agentSpeechEnded':
      return { ...state, isAgentSpeaking: false };
    case 'noteCompleted':
      return { ...state, phase: 'idle', isAgentSpeaking: false, outcome: 'answered' };
    default:
      return state;
  }
}

/** One line for the status. */
export function describeNote({ phase, isAgentSpeaking, outcome }: NoteState): string {
  switch (phase) {
    case 'recording':
      return 'Recording. Press again to send it.';
    case 'sending':
      return 'Sending…';
    case 'resending':
      return 'The server refused it for now. Sending again…';
    case 'answering':
      return isAgentSpeaking ? 'The agent is speaking.' : 'The agent answers…';
    case 'idle':
      return { none: 'Nothing sent yet.', answered: 'Answered.', cancelled: 'Cancelled.', failed: 'Not answered.' }[
        outcome
      ];
  }
}

/** What the panel's big button says; pressing it does what it says. */
export function describeNoteButton({ phase }: NoteState): string {
  if (phase === 'idle') return 'Record a note';
  return phase === 'recording' ? 'Stop and send' : 'Cancel';
}
