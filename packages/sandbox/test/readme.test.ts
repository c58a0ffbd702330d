import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FaultDescription, Rule, Scenario } from '../src/core.ts';
import {
  AMIGO_FAULTS,
  AMIGO_NOTES_FAULTS,
  AMIGO_NOTES_RULES,
  AMIGO_RULES,
  COMMON_RULES,
  IMPAIRMENTS,
  SCENARIOS,
  SOCA_FAULTS,
  SOCA_RULES,
  TRUTH_RULES,
  VOICE_API_FAULTS,
  VOICE_API_RULES,
} from '../src/core.ts';

const README = new URL('../README.md', import.meta.url);

/** A Markdown table. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}

function ruleTable(rules: Readonly<Record<string, Rule>>): string {
  return table(
    ['rule', 'what is checked', 'severity', 'reaction'],
    Object.entries(rules).map(([id, { check, severity, reaction }]) => [id, check, severity, reaction]),
  );
}

function faultTable(faults: Readonly<Record<string, FaultDescription>>): string {
  return table(
    ['fault', 'the server …', 'settings and defaults'],
    Object.entries(faults).map(([name, { does, defaults, bounds }]) => [
      `\`${name}\``,
      does,
      Object.entries(defaults)
        .map(([setting, value]) => {
          const range = bounds?.[setting as 'sizeBytes' | 'count'];
          return `\`${setting}\` ${value}${range === undefined ? '' : ` (${range.join(' to ')})`}`;
        })
        .join(', '),
    ]),
  );
}

const impairmentTable = table(
  ['impairment', 'the connection …', 'plan'],
  Object.entries(IMPAIRMENTS).map(([name, { does, plan }]) => [`\`${name}\``, does, describePlan(plan)]),
);

const scenarioTable = table(
  ['scenario', 'the server …', 'faults', 'connection and more'],
  Object.entries<Scenario>(SCENARIOS).map(([name, { does, faults, impairment = {}, agent, policy, profile }]) => [
    `\`${name}\``,
    does,
    Object.entries(faults)
      .map(([vendor, list]) => `${vendor}: ${list.map(describeFault).join(', ')}`)
      .join('; '),
    [describePlan(impairment), describePlan({ agent, policy, profile })].filter((text) => text !== '').join('; '),
  ]),
);

function describePlan(plan: object): string {
  return Object.entries(plan)
    .flatMap(([name, value]) => (value === undefined ? [] : `\`${name}\` ${String(value)}`))
    .join(', ');
}

function describeFault(fault: string | { readonly name: string }): string {
  if (typeof fault === 'string') return `\`${fault}\``;
  const { name, ...settings } = fault;
  return `\`${name}\` (${describePlan(settings)})`;
}

/** By the name of their markers. */
const tables = {
  impairments: impairmentTable,
  scenarios: scenarioTable,
  'common-rules': ruleTable({ ...COMMON_RULES, ...TRUTH_RULES }),
  rules: ruleTable(VOICE_API_RULES),
  faults: faultTable(VOICE_API_FAULTS),
  'amigo-rules': ruleTable(AMIGO_RULES),
  'amigo-faults': faultTable(AMIGO_FAULTS),
  'amigo-notes-rules': ruleTable(AMIGO_NOTES_RULES),
  'amigo-notes-faults': faultTable(AMIGO_NOTES_FAULTS),
  'soca-rules': ruleTable(SOCA_RULES),
  'soca-faults': faultTable(SOCA_FAULTS),
};

describe('README', () => {
  test('its tables are those of the code; `VOICEWIRE_WRITE_README=1 pnpm test` writes them', () => {
    const current = readFileSync(README, 'utf8');
    let wanted = current;
    for (const [name, text] of Object.entries(tables)) {
      const block = new RegExp(`<!-- ${name} -->[^]*<!-- /${name} -->`);
      expect(current).toMatch(block);
      wanted = wanted.replace(block, () => `<!-- ${name} -->\n${text}\n<!-- /${name} -->`);
    }
    if (process.env['VOICEWIRE_WRITE_README'] === '1') writeFileSync(README, wanted);
    else expect(current).toBe(wanted);
  });
});
