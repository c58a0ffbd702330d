// This file models what Amigo's agents report about their work, type by type. Its own entry: most clients need none of it.
//
// Sources: [oas] the OpenAPI document in amigo-ai/amigo-typescript-sdk at ff80074, `current-agent-action`; [events]
// docs.amigo.ai on conversation events. Both known from notes taken on them. The set grows with the vendor's releases:
// `parseAgentAction` passes types that it does not know.
import * as v from 'valibot';
import type { ParseResult } from '../neutral/parseResult.ts';
import { failUnlike } from '../wire/issues.ts';
import { validate } from '../wire/validate.ts';

export { readFiller } from './filler.ts';

/** An id and its version. */
const Version = v.tuple([v.string(), v.number()]);
/** Pairs of what was asked and answered. */
const Answers = v.array(v.tuple([v.string(), v.string()]));
const Strings = v.array(v.string());
const Parameters = v.looseObject({});
const tool = { tool_id: v.string(), tool_version: v.string() } as const;
const override = { overriding_instructions: v.boolean(), overriding_tool_candidates: v.boolean() } as const;

const action = <const Type extends string, const Entries extends v.ObjectEntries>(type: Type, entries: Entries) =>
  v.looseObject({ type: v.literal(type), ...entries });

/** Agent actions by `type`. */
export const AGENT_ACTION_SCHEMAS = {
  /** `filler`: base64 of a mono 16-bit WAV file at 16 kHz, or text where there is no sound; see {@link readFiller}. */
  'action-too-long': action('action-too-long', { filler: v.string(), previously_started_event: v.unknown() }),
  'tool-call-started': action('tool-call-started', {
    tool_round_index: v.number(),
    ...tool,
    input_params: Parameters,
  }),
  /** `input_parameters`: so here, and `input_params` at the start. `duration` in seconds. */
  'tool-call-ended': action('tool-call-ended', {
    tool_round_index: v.number(),
    ...tool,
    input_parameters: Parameters,
    result: v.string(),
    duration: v.number(),
  }),
  'engage-user-message-fragment-generated': action('engage-user-message-fragment-generated', {
    index: v.number(),
    fragment: v.string(),
    is_final: v.boolean(),
  }),
  'engage-user-dynamic-behavior-override': action('engage-user-dynamic-behavior-override', override),
  'navigate-state-machine-dynamic-behavior-override': action(
    'navigate-state-machine-dynamic-behavior-override',
    override,
  ),
  'select-dynamic-behavior-vector-generated': action('select-dynamic-behavior-vector-generated', {}),
  'select-dynamic-behavior-relevance-retrieval-completed': action(
    'select-dynamic-behavior-relevance-retrieval-completed',
    {},
  ),
  'select-dynamic-behavior-completed': action('select-dynamic-behavior-completed', {
    selected_dynamic_behavior_set_version_info: v.nullable(Version),
    previous_selected_dynamic_behavior_set_version_info: v.nullable(Version),
  }),
  'check-if-active-memory-needed-completed': action('check-if-active-memory-needed-completed', { queries: Strings }),
  'extract-active-memories-completed': action('extract-active-memories-completed', { queries_and_responses: Answers }),
  'designated-tool-retrieved': action('designated-tool-retrieved', tool),
  'designated-tool-call-params-generated': action('designated-tool-call-params-generated', {
    ...tool,
    tool_call_params: Parameters,
  }),
  'navigate-state-machine-action-state-action-selected': action('navigate-state-machine-action-state-action-selected', {
    action: v.string(),
  }),
  'navigate-state-machine-decision-state-decision-started': action(
    'navigate-state-machine-decision-state-decision-started',
    {},
  ),
  'navigate-state-machine-exit-condition-selected': action('navigate-state-machine-exit-condition-selected', {
    exit_condition: v.string(),
    next_state_state_machine_version_info: Version,
    next_state_name: v.string(),
  }),
  'navigate-state-machine-recall-state-dynamic-queries-generated': action(
    'navigate-state-machine-recall-state-dynamic-queries-generated',
    { dynamic_queries: Strings, requested_information: v.string() },
  ),
  'navigate-state-machine-recall-state-static-queries-retrieved': action(
    'navigate-state-machine-recall-state-static-queries-retrieved',
    { static_queries: Strings },
  ),
  'navigate-state-machine-recall-state-active-memory-retrieved': action(
    'navigate-state-machine-recall-state-active-memory-retrieved',
    { queries_and_responses: Answers },
  ),
  'navigate-state-machine-reflection-state-prompt-retrieved': action(
    'navigate-state-machine-reflection-state-prompt-retrieved',
    { prompt: v.string() },
  ),
  'navigate-state-machine-reflection-state-reflection-generated': action(
    'navigate-state-machine-reflection-state-reflection-generated',
    { reflection: v.string() },
  ),
  'navigate-state-machine-annotation-state-annotation-retrieved': action(
    'navigate-state-machine-annotation-state-annotation-retrieved',
    { annotation: v.string() },
  ),
  'navigate-state-machine-state-transitioned': action('navigate-state-machine-state-transitioned', {
    prev_state: v.string(),
    prev_state_state_machine_version_info: Version,
    next_state: v.string(),
    next_state_state_machine_version_info: Version,
  }),
  /** `duration` in seconds. */
  'navigate-state-machine-tool-call-state-tool-output-available': action(
    'navigate-state-machine-tool-call-state-tool-output-available',
    { ...tool, tool_output: v.unknown(), duration: v.number(), input_arguments: Parameters },
  ),
  /** Only in [events]. */
  'dynamic-behavior-triggered': action('dynamic-behavior-triggered', { dynamic_behavior_set_version_info: Version }),
} as const;

/** An action of a type this version does not know. `type` is ours; the wire's is `actionType`. */
export interface UnknownAgentAction {
  readonly type: 'unknown';
  readonly actionType: string;
  /** The whole action, untrusted. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** An action of a type this version knows. */
export type KnownAgentAction = v.InferOutput<(typeof AGENT_ACTION_SCHEMAS)[keyof typeof AGENT_ACTION_SCHEMAS]>;
export type TypedAgentAction = KnownAgentAction | UnknownAgentAction;

/**
 * Reads the `action` of an `agentAction` event. A known type with wrong fields gives issues. Never throws.
 */
export function parseAgentAction(value: Readonly<Record<string, unknown>>): ParseResult<TypedAgentAction> {
  const actionType = value['type'];
  if (typeof actionType !== 'string') return failUnlike('string', actionType, ['type']);
  if (isKnownType(actionType)) return validate<KnownAgentAction>(AGENT_ACTION_SCHEMAS[actionType], value);
  return { ok: true, message: { type: 'unknown', actionType, raw: value } };
}

function isKnownType(actionType: string): actionType is keyof typeof AGENT_ACTION_SCHEMAS {
  return Object.hasOwn(AGENT_ACTION_SCHEMAS, actionType);
}
