// This file is the entry point for React: one hook for a session, one for its events, one for its levels.
export { useVoiceSession, type ReactSessionOptions, type VoiceSessionHook } from './useVoiceSession.ts';
export { useVoiceEvent } from './useVoiceEvent.ts';
export { useAudioLevel } from './useAudioLevel.ts';
export type { SessionView } from './sessionStore.ts';
export type { Transcript, TranscriptLine } from './transcript.ts';
