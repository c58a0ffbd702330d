// This file names where a session is, and what the agent does.

/** Where a session is in its life. */
export type SessionStatus = 'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'disconnecting' | 'failed';

/** What the agent does, judged by what can be heard. */
export type AgentState = 'idle' | 'listening' | 'thinking' | 'speaking';
