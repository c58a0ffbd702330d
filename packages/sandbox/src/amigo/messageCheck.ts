// This file reads a client's message and finds what is wrong with its form: rules, and a part of A-19.
import type { ClientMessage } from '@voicewire/protocol/amigo';
import { parseClientMessage } from '@voicewire/protocol/amigo';
import type { Profile } from '../server/policy.ts';
import type { RuleId } from './rules.ts';

type KnownMessage = Exclude<ClientMessage, { readonly type: 'unknown' }>;

/** A message, or the rule that it breaks. */
export type ReadMessage =
  | { readonly ok: true; readonly message: KnownMessage }
  | { readonly ok: false; readonly ruleId: RuleId; readonly detail: string };

/** Fields that the page lists, by type; those of `audio_config` apart. */
const FIELDS: Readonly<Record<KnownMessage['type'], readonly string[]>> = {
  'client.start-conversation': ['service_id', 'service_version_set_name'],
  'client.continue-conversation': ['conversation_id'],
  'client.new-text-message': ['text', 'message_type', 'start_interaction'],
  'client.new-audio-message': ['audio', 'audio_config'],
  'client.switch-vad-mode': ['vad_mode_on'],
  'client.finish-conversation': [],
  'client.close-connection': [],
  'client.extend-timeout': [],
};
const CONFIG_FIELDS = ['format', 'sample_rate', 'sample_width', 'n_channels', 'frame_rate', 'bit_rate'];

/** Reads one message. Never throws; quotes nothing that a client sent. */
export function readMessage(data: string | Uint8Array, profile: Profile): ReadMessage {
  if (typeof data !== 'string') return fail('A-11', `a binary message of ${data.length} bytes`);
  const parsed = parseClientMessage(data);
  if (!parsed.ok) {
    const [issue] = parsed.issues;
    const where = issue?.path.join('.') ?? '';
    const detail = `${where === '' ? 'the message' : where} is ${issue?.received ?? 'unreadable'}, wanted ${issue?.expected ?? 'JSON'}`;
    return fail(where === 'message_type' ? 'A-19' : 'A-10', detail);
  }
  const { message } = parsed;
  if (message.type === 'unknown') return fail('A-10', 'a message of an unknown type');
  const strangers = profile === 'literal' ? countUnlisted(message) : 0;
  if (strangers > 0) return fail('A-12', `${strangers} fields of ${message.type} that the page does not list`);
  return { ok: true, message };
}

function countUnlisted(message: KnownMessage): number {
  const listed = FIELDS[message.type];
  const unlisted = Object.keys(message).filter((name) => name !== 'type' && !listed.includes(name));
  const config = message.type === 'client.new-audio-message' ? (message.audio_config ?? {}) : {};
  return unlisted.length + Object.keys(config).filter((name) => !CONFIG_FIELDS.includes(name)).length;
}

function fail(ruleId: RuleId, detail: string): ReadMessage {
  return { ok: false, ruleId, detail };
}
