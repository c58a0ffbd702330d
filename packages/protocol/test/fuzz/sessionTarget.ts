// This file fuzzes a vendor's session: hostile messages in the middle of a conversation, and whatever the session then says.
import fc from 'fast-check';
import type { SessionCommand, SessionEvent } from '../../src/neutral/session.ts';
import type { VendorSubject } from '../../src/neutral/vendor.contract.ts';
import type { SessionStep, VendorSession } from '../../src/neutral/vendor.ts';
import { hostileInputs } from '../hostileInputs.ts';
import type { FuzzTarget, Outcome } from './fuzzTarget.ts';

/** Messages before a session is given up for a new one: enough for states to pile up, few enough to see all beginnings. */
const MESSAGES_PER_SESSION_COUNT = 200;

const COMMANDS: readonly SessionCommand[] = [
  { type: 'endUserTurn' },
  { type: 'interrupt' },
  { type: 'keepAlive' },
  { type: 'setTurnDetector', detector: 'client' },
  { type: 'setTurnDetector', detector: 'server' },
  { type: 'sendUserMessage', text: 'hello' },
  { type: 'sendContextualUpdate', text: 'rain', startTurn: true },
];

/** A session of the subject's that is fed every input as a message; now and then a command or an expired wait is mixed in. */
export function sessionTarget(name: string, subject: VendorSubject): FuzzTarget {
  const vendor = subject.createVendor();
  const parsed = vendor.parseCredentials(subject.credentials);
  if (!parsed.ok) throw new Error(`${name}: the subject's credentials are refused`);
  let session: VendorSession | undefined;
  let fedCount = 0;
  let isAccepted = false;
  let isEnded = false;
  const begin = (): VendorSession => {
    fedCount = 0;
    isAccepted = false;
    isEnded = false;
    const fresh = vendor.createSession(parsed.message);
    look(fresh.open());
    return fresh;
  };
  const look = ({ events, send }: SessionStep): string | undefined => {
    for (const event of events) {
      const fault = lookAt(event);
      if (fault !== undefined) return fault;
    }
    const shown = JSON.stringify([events, send.map(({ redacted }) => redacted)]);
    return subject.secrets.some((secret) => shown.includes(secret)) ? 'a secret is shown' : undefined;
  };
  const lookAt = (event: SessionEvent): string | undefined => {
    if (isEnded) return `${event.type} after sessionEnded`;
    if (event.type === 'sessionAccepted' && isAccepted) return 'sessionAccepted twice';
    if (event.type === 'agentAudio' && !isAccepted) return 'agentAudio before sessionAccepted';
    if (event.type === 'sessionAccepted') isAccepted = true;
    if (event.type === 'sessionEnded') isEnded = true;
    return undefined;
  };
  const stir = (live: VendorSession): string | undefined => {
    const wait = live.pendingWait();
    if (wait && fedCount % 13 === 0) return look(live.expireWait(wait));
    const command = COMMANDS[Math.floor(fedCount / 11) % COMMANDS.length];
    if (command === undefined || fedCount % 11 !== 0) return undefined;
    const result = live.command(command);
    return result.ok ? look(result.step) : undefined;
  };
  const texts = [...subject.acceptance, ...subject.readiness, subject.agentAudio.wire, subject.unknownMessage].filter(
    (wire): wire is string => typeof wire === 'string',
  );
  const farewells = Object.values(subject.farewells).map(({ wire }) => wire);
  return {
    name,
    inputs: hostileInputs(fc.constantFrom(...texts, ...subject.errors, ...farewells)),
    check(input): Outcome {
      if (session === undefined || isEnded || fedCount === MESSAGES_PER_SESSION_COUNT) session = begin();
      // Without its acceptance a session would hardly ever get past the beginning.
      if (fedCount === 0) for (const wire of subject.acceptance) look(session.receive(wire));
      fedCount++;
      const step = session.receive(input);
      const fault = look(step) ?? stir(session);
      if (fault !== undefined) return { fault };
      const [first] = step.events;
      if (first === undefined) return 'refused';
      if (first.type === 'malformedMessage') return 'refused';
      return first.type === 'unknownMessage' ? 'unknown' : 'taken';
    },
  };
}
