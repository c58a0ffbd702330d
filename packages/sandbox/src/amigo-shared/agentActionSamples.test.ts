import { AGENT_ACTION_SCHEMAS, parseAgentAction } from '@voicewire/protocol/amigo/agent-actions';
import { describe, expect, test } from 'vitest';
import { AGENT_ACTION_SAMPLES, spoilAction } from './agentActionSamples.ts';

describe('AGENT_ACTION_SAMPLES', () => {
  test('every type of the schemas once, and each can be read', () => {
    expect(AGENT_ACTION_SAMPLES.map(({ type }) => type).sort()).toEqual(Object.keys(AGENT_ACTION_SCHEMAS).sort());
    for (const action of AGENT_ACTION_SAMPLES) expect(parseAgentAction(action)).toMatchObject({ ok: true });
  });

  test('spoiled, all with fields that matter cannot be read', () => {
    const withFields = AGENT_ACTION_SAMPLES.filter((action) => Object.keys(action).length > 1);
    expect(withFields.length).toBeGreaterThan(20);
    for (const action of withFields) expect(parseAgentAction(spoilAction(action))).toMatchObject({ ok: false });
  });
});
