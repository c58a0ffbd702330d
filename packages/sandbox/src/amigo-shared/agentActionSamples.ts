// This file holds one agent action of every type that the vendor documents, for servers that show them all.
import type { KnownAgentAction } from '@voicewire/protocol/amigo/agent-actions';

const TOOL = { tool_id: '65f0c2a19b7d4e0012ab0001', tool_version: '1.2.0' } as const;
const VERSION: [string, number] = ['65f0c2a19b7d4e0012ab0002', 3];
const ANSWERS: [string, string][] = [['favourite colour', 'blue']];

/** Every type once, with its documented fields. */
export const AGENT_ACTION_SAMPLES: readonly KnownAgentAction[] = [
  { type: 'action-too-long', filler: 'One moment, please.', previously_started_event: { type: 'tool-call-started' } },
  { type: 'tool-call-started', tool_round_index: 0, ...TOOL, input_params: { city: 'Łódź' } },
  {
    type: 'tool-call-ended',
    tool_round_index: 0,
    ...TOOL,
    input_parameters: { city: 'Łódź' },
    result: 'ok',
    duration: 0.25,
  },
  { type: 'engage-user-message-fragment-generated', index: 0, fragment: 'Let me', is_final: false },
  { type: 'engage-user-dynamic-behavior-override', overriding_instructions: true, overriding_tool_candidates: false },
  {
    type: 'navigate-state-machine-dynamic-behavior-override',
    overriding_instructions: false,
    overriding_tool_candidates: true,
  },
  { type: 'select-dynamic-behavior-vector-generated' },
  { type: 'select-dynamic-behavior-relevance-retrieval-completed' },
  {
    type: 'select-dynamic-behavior-completed',
    selected_dynamic_behavior_set_version_info: VERSION,
    previous_selected_dynamic_behavior_set_version_info: null,
  },
  { type: 'check-if-active-memory-needed-completed', queries: ['favourite colour'] },
  { type: 'extract-active-memories-completed', queries_and_responses: ANSWERS },
  { type: 'designated-tool-retrieved', ...TOOL },
  { type: 'designated-tool-call-params-generated', ...TOOL, tool_call_params: { city: 'Łódź' } },
  { type: 'navigate-state-machine-action-state-action-selected', action: 'greet' },
  { type: 'navigate-state-machine-decision-state-decision-started' },
  {
    type: 'navigate-state-machine-exit-condition-selected',
    exit_condition: 'the user said goodbye',
    next_state_state_machine_version_info: VERSION,
    next_state_name: 'farewell',
  },
  {
    type: 'navigate-state-machine-recall-state-dynamic-queries-generated',
    dynamic_queries: ['last order'],
    requested_information: 'orders',
  },
  { type: 'navigate-state-machine-recall-state-static-queries-retrieved', static_queries: ['name'] },
  { type: 'navigate-state-machine-recall-state-active-memory-retrieved', queries_and_responses: ANSWERS },
  { type: 'navigate-state-machine-reflection-state-prompt-retrieved', prompt: 'What did they ask?' },
  { type: 'navigate-state-machine-reflection-state-reflection-generated', reflection: 'They asked for tea. 😀' },
  { type: 'navigate-state-machine-annotation-state-annotation-retrieved', annotation: 'polite' },
  {
    type: 'navigate-state-machine-state-transitioned',
    prev_state: 'greeting',
    prev_state_state_machine_version_info: VERSION,
    next_state: 'farewell',
    next_state_state_machine_version_info: VERSION,
  },
  {
    type: 'navigate-state-machine-tool-call-state-tool-output-available',
    ...TOOL,
    tool_output: { degrees: 21 },
    duration: 1.5,
    input_arguments: { city: 'Łódź' },
  },
  { type: 'dynamic-behavior-triggered', dynamic_behavior_set_version_info: VERSION },
];

/** The same action with every field of another type, and one that no document knows. */
export function spoilAction(action: KnownAgentAction): Readonly<Record<string, unknown>> {
  const spoiled = Object.entries(action).map(([name, value]): [string, unknown] => {
    if (name === 'type') return [name, value];
    return [name, typeof value === 'number' ? String(value) : typeof value === 'string' ? 5 : 'text'];
  });
  return { ...Object.fromEntries(spoiled), surprise: null };
}
