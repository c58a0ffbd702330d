// This file checks the typed agent actions: every type with all its fields, each field missing, and types from the future.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileInputs } from '../../test/hostileInputs.ts';
import { parseJsonObject } from '../wire/parseJsonObject.ts';
import { AGENT_ACTION_SCHEMAS, parseAgentAction, type KnownAgentAction } from './agentActions.ts';

const version: [string, number] = ['v', 3];
const tool = { tool_id: 't', tool_version: '2' };

/** One of each, as the vendor's document has them (values invented). */
const ACTIONS: readonly KnownAgentAction[] = [
  { type: 'action-too-long', filler: 'One moment.', previously_started_event: { type: 'tool-call-started' } },
  { type: 'tool-call-started', tool_round_index: 0, ...tool, input_params: { a: 1 } },
  { type: 'tool-call-ended', tool_round_index: 0, ...tool, input_parameters: {}, result: 'ok', duration: 0.4 },
  { type: 'engage-user-message-fragment-generated', index: 0, fragment: 'Hel', is_final: false },
  {
    type: 'engage-user-dynamic-behavior-override',
    overriding_instructions: true,
    overriding_tool_candidates: false,
  },
  {
    type: 'navigate-state-machine-dynamic-behavior-override',
    overriding_instructions: true,
    overriding_tool_candidates: false,
  },
  { type: 'select-dynamic-behavior-vector-generated' },
  { type: 'select-dynamic-behavior-relevance-retrieval-completed' },
  {
    type: 'select-dynamic-behavior-completed',
    selected_dynamic_behavior_set_version_info: version,
    previous_selected_dynamic_behavior_set_version_info: null,
  },
  { type: 'check-if-active-memory-needed-completed', queries: ['q'] },
  { type: 'extract-active-memories-completed', queries_and_responses: [['q', 'r']] },
  { type: 'designated-tool-retrieved', ...tool },
  { type: 'designated-tool-call-params-generated', ...tool, tool_call_params: {} },
  { type: 'navigate-state-machine-action-state-action-selected', action: 'a' },
  { type: 'navigate-state-machine-decision-state-decision-started' },
  {
    type: 'navigate-state-machine-exit-condition-selected',
    exit_condition: 'e',
    next_state_state_machine_version_info: version,
    next_state_name: 'n',
  },
  {
    type: 'navigate-state-machine-recall-state-dynamic-queries-generated',
    dynamic_queries: [],
    requested_information: 'i',
  },
  { type: 'navigate-state-machine-recall-state-static-queries-retrieved', static_queries: ['q'] },
  { type: 'navigate-state-machine-recall-state-active-memory-retrieved', queries_and_responses: [] },
  { type: 'navigate-state-machine-reflection-state-prompt-retrieved', prompt: 'p' },
  { type: 'navigate-state-machine-reflection-state-reflection-generated', reflection: 'r' },
  { type: 'navigate-state-machine-annotation-state-annotation-retrieved', annotation: 'a' },
  {
    type: 'navigate-state-machine-state-transitioned',
    prev_state: 'p',
    prev_state_state_machine_version_info: version,
    next_state: 'n',
    next_state_state_machine_version_info: version,
  },
  {
    type: 'navigate-state-machine-tool-call-state-tool-output-available',
    ...tool,
    tool_output: 'o',
    duration: 1.5,
    input_arguments: {},
  },
  { type: 'dynamic-behavior-triggered', dynamic_behavior_set_version_info: version },
];

describe('parseAgentAction', () => {
  test('has an example of every type', () => {
    expect(ACTIONS.map(({ type }) => type).sort()).toEqual(Object.keys(AGENT_ACTION_SCHEMAS).sort());
  });

  for (const action of ACTIONS) {
    test(`reads ${action.type}, and names each field that is missing`, () => {
      expect(parseAgentAction({ ...action, later: 1 })).toEqual({ ok: true, message: { ...action, later: 1 } });
      // A value of any type may be undefined, so its absence is no fault.
      const anything = ['type', 'previously_started_event', 'tool_output'];
      for (const field of Object.keys(action).filter((key) => !anything.includes(key))) {
        const { [field]: _, ...rest } = action;
        const result = parseAgentAction(rest);
        expect(!result.ok && result.issues.map(({ path }) => path), field).toEqual([[field]]);
      }
    });
  }

  test('passes types from the future on, and those named like members of Object.prototype', () => {
    for (const actionType of ['x-new', 'constructor', 'toString']) {
      const raw = { type: actionType, level: 3 };
      expect(parseAgentAction(raw)).toEqual({ ok: true, message: { type: 'unknown', actionType, raw } });
    }
    expect(parseAgentAction({}).ok).toBe(false);
  });

  test('survives 5000 hostile objects', () => {
    const text = fc.constantFrom(...ACTIONS).map((action) => JSON.stringify(action));
    const property = fc.property(hostileInputs(text), (input) => {
      const object = typeof input === 'string' ? parseJsonObject(input, 100_000) : undefined;
      if (object?.ok) parseAgentAction(object.message);
    });
    fc.assert(property, { numRuns: 5000 });
  });
});
