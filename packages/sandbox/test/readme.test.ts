import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { VOICE_API_FAULTS, VOICE_API_RULES } from '../src/core.ts';

const README = new URL('../README.md', import.meta.url);

/** A Markdown table. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}

const tables = {
  rules: table(
    ['rule', 'what is checked', 'severity', 'reaction'],
    Object.entries(VOICE_API_RULES).map(([id, { check, severity, reaction }]) => [id, check, severity, reaction]),
  ),
  faults: table(
    ['fault', 'the server …', 'settings and defaults'],
    Object.entries(VOICE_API_FAULTS).map(([name, { does, defaults }]) => [
      `\`${name}\``,
      does,
      Object.entries(defaults)
        .map(([setting, value]) => `\`${setting}\` ${value}`)
        .join(', '),
    ]),
  ),
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
