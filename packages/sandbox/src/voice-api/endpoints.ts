// This file says where a Voice API client finds the sandbox.
import { PATHS } from '@voicewire/protocol/voice-api';
import type { VoiceApiOptions } from './options.ts';
import { VOICE_API_DEFAULTS } from './options.ts';

/** Where to point a Voice API client. */
export interface VoiceApiEndpoints {
  /** Base of the HTTP endpoints. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
  /** For display; clients connect to the `ws_url` that comes with their token. */
  readonly wsUrl: string;
  readonly apiKey: string;
}

/** @param authority Host and port of the server. */
export function voiceApiEndpoints(authority: string, options: VoiceApiOptions = {}): VoiceApiEndpoints {
  return {
    apiUrl: `http://${authority}`,
    tokenUrl: `http://${authority}${PATHS.token}`,
    wsUrl: `ws://${authority}${PATHS.ws}`,
    apiKey: options.apiKey ?? VOICE_API_DEFAULTS.apiKey,
  };
}
