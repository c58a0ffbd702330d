// This file judges the message that opens a session: rules D-01 to D-03.
import type { StartMessage, TokenStartMessage } from '@voicewire/protocol/soca';
import { ERROR_MESSAGES, parseClientMessage } from '@voicewire/protocol/soca';
import type { Profile } from '../server/policy.ts';
import type { SocaBreaches } from './breaches.ts';
import { kindOfText, readObject } from './clientText.ts';
import type { SocaSettings } from './options.ts';
import type { SessionBook } from './sessionBook.ts';

/** What the judgement rests on. */
export interface StartPorts {
  readonly settings: SocaSettings;
  readonly profile: Profile;
  readonly sessions: SessionBook;
  readonly breaches: SocaBreaches;
}

/** What an accepted start asks for. */
export interface Start {
  readonly sessionId: string;
  readonly agentId: string;
}

/** Whether the session may begin. `start` is absent where the message cannot be taken for one. */
export interface StartVerdict {
  readonly start: Start | undefined;
  /** Text of the `error` that is due. */
  readonly refusal: string | undefined;
}

/** Of `session_id` and `agent_id`: sessions are remembered by them. */
const MAX_ID_CHARS = 128;
const KNOWN_FIELDS: ReadonlySet<string> = new Set(['type', 'private_key', 'session_id', 'agent_id', 'lang', 'sr']);
const AGENT_NOT_FOUND = 'Agent not found';
/** Text of the `error` for a session that is not, or not any more. Ours. */
export const SESSION_NOT_FOUND = 'Session not found';

/** Judges it and records what is wrong; never with a value of a field. */
export function judgeStart(data: string | Uint8Array, ports: StartPorts): StartVerdict {
  if (typeof data !== 'string' || kindOfText(data) !== 'start') {
    const found = typeof data === 'string' ? `text of ${data.length} characters` : `${data.length} bytes`;
    ports.breaches.add('D-01', `the first message is ${found}, wanted {"type":"start",…}`);
    return { start: undefined, refusal: ERROR_MESSAGES.mustStart };
  }
  const parsed = parseClientMessage(data);
  if (!parsed.ok) {
    const fields = parsed.issues.map(({ path }) => path.join('.') || 'start');
    return refuseFields(readStart(data), fields, ports);
  }
  const { message } = parsed;
  if (message.type !== 'start' && message.type !== 'tokenStart') return refuseFields(undefined, ['type'], ports);
  const start: Start = { sessionId: message.session_id, agentId: message.agent_id };
  const wrongFields = findWrongFields(message, ports);
  if (wrongFields.length === 0) return judgeKey(message, start, ports);
  return refuseFields(tooLongOf(start.sessionId, start.agentId).length > 0 ? undefined : start, wrongFields, ports);
}

/** As much of a start as there is, for policy `record`, which takes what it can. */
function readStart(text: string): Start | undefined {
  const { session_id: sessionId, agent_id: agentId } = readObject(text) ?? {};
  if (typeof sessionId !== 'string' || typeof agentId !== 'string' || sessionId === '') return undefined;
  return tooLongOf(sessionId, agentId).length === 0 ? { sessionId, agentId } : undefined;
}

/** Fields that the schema lets pass and this server does not. */
function findWrongFields(message: StartMessage | TokenStartMessage, { profile }: StartPorts): readonly string[] {
  const wrong: string[] = [];
  // Older deployments took a token in place of the key.
  if (message.type === 'tokenStart' && profile !== 'legacy') wrong.push('private_key');
  wrong.push(...tooLongOf(message.session_id, message.agent_id));
  if (profile === 'literal' && Object.keys(message).some((name) => !KNOWN_FIELDS.has(name)))
    wrong.push('unknown fields');
  return wrong;
}

function tooLongOf(sessionId: string, agentId: string): readonly string[] {
  const ids = { session_id: sessionId, agent_id: agentId };
  return Object.entries(ids).flatMap(([name, id]) => (id.length > MAX_ID_CHARS ? [name] : []));
}

function judgeKey(message: StartMessage | TokenStartMessage, start: Start, ports: StartPorts): StartVerdict {
  const { settings, sessions, breaches } = ports;
  const key = message.type === 'start' ? message.private_key : message.token;
  if (key !== settings.privateKey) {
    breaches.add('D-03', 'the key is wrong');
    return { start, refusal: ERROR_MESSAGES.invalidToken };
  }
  if (!settings.agentIds.includes(start.agentId)) {
    breaches.add('D-03', 'no such agent');
    return { start, refusal: AGENT_NOT_FOUND };
  }
  if (settings.unknownSessions === 'refuse' && !sessions.isCreated(start.sessionId, start.agentId)) {
    breaches.add('D-03', 'the session was not created here');
    return { start, refusal: SESSION_NOT_FOUND };
  }
  return { start, refusal: undefined };
}

function refuseFields(start: Start | undefined, fields: readonly string[], { breaches }: StartPorts): StartVerdict {
  const names = fields.slice(0, 8).join(', ');
  breaches.add('D-02', `wrong or missing in start: ${names}`);
  return { start, refusal: `invalid start: ${names}` };
}
