import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FaultDescription, Rule } from '../src/core.ts';
import {
  AMIGO_FAULTS,
  AMIGO_NOTES_FAULTS,
  AMIGO_NOTES_RULES,
  AMIGO_RULES,
  SOCA_FAULTS,
  SOCA_RULES,
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
    Object.entries(faults).map(([name, { does, defaults }]) => [
      `\`${name}\``,
      does,
      Object.entries(defaults)
        .map(([setting, value]) => `\`${setting}\` ${value}`)
        .join(', '),
    ]),
  );
}

/** By the name of their markers. */
const tables = {
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
