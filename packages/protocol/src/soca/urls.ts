// This file says where Soca is. Sources as in constants.ts.

/** The WebSocket. [stream]. */
export const socket = 'wss://api.soca.ai/voice-ws';
/** The WebSocket as an earlier state of the page had it. [older]. */
export const olderSocket = 'wss://api.soca.ai/v1/voice-ws';
/** Base URL of the HTTP API. [session]. */
export const api = 'https://api.soca.ai';
