// This file lists the calls that get credentials with a key, one per vendor, for the tests that make them.
import type { HttpRequest } from '@voicewire/protocol';
import { parseSignInResponse, signInRequest } from '@voicewire/protocol/amigo';
import { parseSessionAnswer, sessionRequest } from '@voicewire/protocol/soca';
import {
  heartbeatRequest,
  parseHeartbeatResponse,
  parseTokenResponse,
  tokenRequest,
} from '@voicewire/protocol/voice-api';
import type { AnswerReader } from '../src/credentials/index.ts';

/** One call, what a good answer to it is, and what is read in that. */
export interface VendorCall {
  readonly name: string;
  readonly request: (baseUrl: string, key: string) => HttpRequest;
  readonly read: AnswerReader<object>;
  readonly goodAnswer: string;
  readonly gives: object;
}

export const SIGN_IN: VendorCall = {
  name: 'Amigo sign-in',
  request: (baseUrl, apiKey) =>
    signInRequest({ organization: 'demo-org', baseUrl, apiKey, apiKeyId: 'demo-key-id', userId: 'demo-user' }),
  read: parseSignInResponse,
  goodAnswer: '{"id_token":"eyJ0.e30.c2ln","expires_at":"2026-11-21T13:00:00Z"}',
  gives: { token: 'eyJ0.e30.c2ln', expiresAt: '2026-11-21T13:00:00Z' },
};

export const TOKEN: VendorCall = {
  name: 'Voice API token',
  request: (apiUrl, apiKey) => tokenRequest({ apiUrl, apiKey }),
  read: parseTokenResponse,
  goodAnswer: '{"token":"eyJ0.e30.c2ln","ws_url":"wss://voice.example/api/v1/sdk/ws"}',
  gives: { token: 'eyJ0.e30.c2ln', ws_url: 'wss://voice.example/api/v1/sdk/ws' },
};

export const HEARTBEAT: VendorCall = {
  name: 'Voice API heartbeat',
  request: (apiUrl, apiKey) => heartbeatRequest({ apiUrl, apiKey }),
  read: parseHeartbeatResponse,
  goodAnswer: '{"status":"ok"}',
  gives: { status: 'ok' },
};

export const SESSION: VendorCall = {
  name: 'Soca session',
  request: (apiUrl, privateKey) => sessionRequest({ apiUrl, privateKey, agentId: '68aa00bb11cc22dd33ee44ff' }),
  read: parseSessionAnswer,
  goodAnswer: '{"status":true,"message":"ok","data":{"session_id":"0f0e"}}',
  gives: { status: true, message: 'ok', data: { session_id: '0f0e' } },
};

export const VENDOR_CALLS: readonly VendorCall[] = [SIGN_IN, TOKEN, HEARTBEAT, SESSION];
