// This file says where Soca's server is and what opens it.
import { PATHS } from '@voicewire/protocol/soca';
import type { Profile } from '../server/policy.ts';
import type { SocaServerOptions } from './options.ts';
import { SOCA_DEFAULTS } from './options.ts';

const SOCKET_PATH = '/voice-ws';
/** As an older state of the vendor's page has it. */
const OLDER_SOCKET_PATH = '/v1/voice-ws';

/** Paths of the socket. */
export const SOCKET_PATHS: Readonly<Record<Profile, readonly string[]>> = {
  documented: [SOCKET_PATH],
  hostile: [SOCKET_PATH],
  literal: [SOCKET_PATH],
  legacy: [SOCKET_PATH, OLDER_SOCKET_PATH],
};

/** Where to point a Soca client. */
export interface SocaEndpoints {
  /** Base of the HTTP endpoints. */
  readonly apiUrl: string;
  /** `POST` with the header `private_key` creates a session. */
  readonly sessionUrl: string;
  readonly wsUrl: string;
  readonly privateKey: string;
  readonly agentId: string;
}

/** @param authority Host and port of the server. */
export function socaEndpoints(authority: string, options: SocaServerOptions = {}): SocaEndpoints {
  const { privateKey, agentIds } = { ...SOCA_DEFAULTS, ...options };
  const agentId = agentIds[0] ?? '';
  return {
    apiUrl: `http://${authority}`,
    sessionUrl: `http://${authority}${PATHS.session}${agentId}`,
    wsUrl: `ws://${authority}${SOCKET_PATH}`,
    privateKey,
    agentId,
  };
}
