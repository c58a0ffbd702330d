// This file exports the platform-free core: the session engine over ports, its types and its errors.
import * as callParts from './session/callParts.ts';
import type { SessionOptions, SessionPorts } from './session/options.ts';
import { VoiceSession } from './session/session.ts';

export * from './core.ts';

/** A session over any ports. Browsers and Node have `createVoiceSession`, which brings the ports along. */
export function createSession(ports: SessionPorts, options: SessionOptions): VoiceSession {
  return new VoiceSession(ports, options, callParts);
}
