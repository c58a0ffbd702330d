// This file reads what the query of a note asks for: rules B-09, B-11 and B-12.
import type { InteractQuery } from '@voicewire/protocol/amigo-notes';
import { parseInteractQuery } from '@voicewire/protocol/amigo-notes';
import type { ActionFilter } from '../amigo-shared/actionFilter.ts';
import { ALL_ACTIONS, NO_ACTIONS, compileActionFilter } from '../amigo-shared/actionFilter.ts';
import type { HttpResponse } from '../server/http.ts';
import type { Call, Caller } from './call.ts';
import { refuse } from './call.ts';
import type { AmigoNotesSettings } from './options.ts';

/** Parameters in the current API document; it does not list those that name the format of the reply. */
const LISTED = ['request_format', 'response_format', 'request_audio_config', 'current_agent_action_type'];

/** The query, or the answer that refuses it. */
export function readQuery(call: Call, settings: AmigoNotesSettings): InteractQuery | HttpResponse {
  const isStrict = settings.unknownQuery === 'refuse' || call.conditions.profile === 'literal';
  const unlisted = call.query.map(([name]) => name).filter((name) => !LISTED.includes(name));
  if (isStrict && unlisted.length > 0) {
    const refused = refuse(call, 'B-11', 422, `parameters that are not listed: ${unlisted.join(', ').slice(0, 200)}`);
    if (refused !== undefined) return refused;
  }
  const parsed = parseInteractQuery(call.query);
  if (!parsed.ok) {
    const detail = parsed.issues.map(
      ({ path, expected, received }) => `${path.join('.')}: ${received}, wanted ${expected}`,
    );
    return refuse(call, 'B-09', 422, detail.join('; ')) ?? guessQuery(call);
  }
  const query = parsed.message;
  const hasFormat =
    query.response_audio_format !== undefined ||
    (settings.replyFormatQuery === 'either' && query.audio_format !== undefined);
  if (query.response_format === 'text' || hasFormat || isStrict) return query;
  return refuse(call, 'B-11', 400, 'a spoken reply without response_audio_format') ?? query;
}

/** Which agent actions to tell of, or the answer that refuses the expression. */
export function readActionFilter(call: Call, caller: Caller, pattern = '^.*$'): ActionFilter | HttpResponse {
  const filter = compileActionFilter(pattern);
  if (filter !== undefined && !caller.permissions.has('Conversation:GetInteractionInsights')) return NO_ACTIONS;
  return filter ?? refuse(call, 'B-09', 422, 'current_agent_action_type: no RE2 expression') ?? ALL_ACTIONS;
}

/** B-12. */
export function checkAccept(call: Call): void {
  const accept = call.request.headers['accept'];
  const admits =
    accept === undefined || /(^|,)\s*(application\/x-ndjson|application\/\*|\*\/\*)\s*(;|,|$)/i.test(accept);
  if (!admits) call.breaches.add('B-12', `Accept: ${accept?.slice(0, 80)}, wanted application/x-ndjson`);
}

/** What is left of a query that cannot be read, under policy `record`. */
function guessQuery(call: Call): InteractQuery {
  const formOf = (name: string): 'voice' | 'text' =>
    call.query.some(([key, value]) => key === name && value === 'voice') ? 'voice' : 'text';
  return { request_format: formOf('request_format'), response_format: formOf('response_format') };
}
