// This file words session events for the log: one short text each.
import type { SessionEvents } from '@voicewire/client/browser';

/** All but the one that takes another to be told: how long the agent spoke. */
type LoneEvents = Omit<SessionEvents, 'agentSpeechEnded'>;
type Wordings = { readonly [Name in keyof LoneEvents]: (event: LoneEvents[Name]) => string };

/** Every event has its words; the compiler says when one is missing. */
export const EVENT_TEXTS: Wordings = {
  statusChanged: ({ previous, status, isResumed }) =>
    `${previous} → ${status}${isResumed === true ? ', the same conversation' : ''}`,
  agentStateChanged: ({ previous, agentState }) => `${previous} → ${agentState}`,
  agentSpeechStarted: ({ receivedMs, audibleMs }) =>
    `heard ${formatMs(audibleMs - receivedMs)} after its packet arrived`,
  userSpeechStarted: () => 'the server hears you',
  userSpeechEnded: () => 'the server takes your turn for over',
  transcript: ({ text, isFinal }) => `you${isFinal ? '' : ', so far'}: ${text}`,
  agentText: ({ text }) => `agent: ${text}`,
  turnCompleted: ({ fullText }) => fullText ?? 'the agent has said all of it',
  agentAction: ({ actionType }) => `the agent is at ${actionType}`,
  congested: ({ droppedMs }) => `the network is too slow: ${formatMs(droppedMs)} of your voice were dropped`,
  speechLost: ({ durationMs }) =>
    `the connection was gone for too long: ${formatMs(durationMs)} of your voice are lost`,
  handedOver: ({ isResumed }) => `the connection was replaced${isResumed ? ', the same conversation' : ''}`,
  interrupted: ({ requestedMs, silentMs }) => `silent ${formatMs(silentMs - requestedMs)} after the request`,
  devicesChanged: ({ cause }) => `devices: ${cause.replace('-', ' ')}`,
  playbackBlocked: () => 'the browser waits for a click before it lets sound through',
  error: ({ code, message }) => `${code}: ${message}`,
  disconnected: ({ code, vendorReason }) => (vendorReason === undefined ? code : `${code} (${vendorReason})`),
  unknownMessage: ({ messageType }) => `the server sent an unknown "${messageType}"; ignored`,
  raw: ({ direction, text }) => `${direction === 'sent' ? '→' : '←'} ${text}`,
};

/** @param durationMs From the first audible sample to the last. */
export function describeSpeech(durationMs: number): string {
  return `heard for ${(durationMs / 1000).toFixed(2)} s`;
}

export function formatMs(durationMs: number): string {
  return `${formatNumber(durationMs)} ms`;
}

/** Three digits at most: tenths below ten, else whole. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  return value < 9.95 ? value.toFixed(1) : String(Math.round(value));
}

/**
 * Audio on the wire is up to a hundred messages a second, some of them in text, of which a beginning is shown: the log shows
 * the conversation around it.
 */
export function isWorthLogging(text: string): boolean {
  return text.startsWith('{') && !text.endsWith(' characters)');
}
