// This file listens in between a session and its vendor's protocol: credentials, events, commands, resume points.
import type { SessionCommand, SessionStep, Vendor, VendorSession } from '@voicewire/protocol';
import type { Observation, Reply } from '../observation.ts';
import { frameNumbers } from './frameTag.ts';

/** Which reply a packet belongs to, by its bytes. */
export type PacketReplies = WeakMap<Uint8Array, Reply>;

export function tapVendor(vendor: Vendor, see: (observation: Observation) => void, replies: PacketReplies): Vendor {
  let attempts = 0;
  const ask = async (): Promise<unknown> => {
    const { credentials } = vendor;
    const given = typeof credentials === 'function' ? await (credentials as () => unknown)() : credentials;
    for (const secret of secretsIn(given)) see({ type: 'secretGiven', secret });
    return given;
  };
  return {
    ...vendor,
    credentials: ask,
    createSession(credentials, resume, base64) {
      const attempt = attempts++;
      see({ type: 'attemptBegun', attempt, capabilities: vendor.capabilities, resume });
      return tapSession(vendor.createSession(credentials, resume, base64), attempt, see, replies);
    },
  };
}

function tapSession(
  session: VendorSession,
  attempt: number,
  see: (observation: Observation) => void,
  replies: PacketReplies,
): VendorSession {
  const heard = (step: SessionStep): SessionStep => {
    for (const event of step.events) {
      if (event.type === 'agentAudio') replies.set(event.bytes, { attempt, generation: event.generation });
      see({ type: 'vendorSaid', attempt, event });
    }
    return step;
  };
  return {
    open: () => session.open(),
    receive: (data) => heard(session.receive(data)),
    command(command: SessionCommand) {
      const result = session.command(command);
      if (result.ok && command.type === 'sendAudio')
        see({ type: 'audioSent', attempt, frames: frameNumbers(command.bytes) });
      return result;
    },
    waitingCommands: () => session.waitingCommands?.() ?? [],
    pendingWait: () => session.pendingWait(),
    expireWait: (wait) => session.expireWait(wait),
    resumePoint() {
      const resume = session.resumePoint();
      see({ type: 'resumePointTaken', attempt, resume });
      return resume;
    },
    closed: (close) => session.closed(close),
  };
}

/** Texts long enough not to be found by chance. Addresses are no secrets. */
function secretsIn(credentials: unknown): string[] {
  if (typeof credentials !== 'object' || credentials === null) return [];
  return Object.values(credentials)
    .filter((value): value is string => typeof value === 'string')
    .filter((value) => value.length >= 8 && !value.includes('://'));
}
