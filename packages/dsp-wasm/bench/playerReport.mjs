// This file adds the player's stages to the benchmark; alone: `node bench/playerReport.mjs [rounds]`.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { timePlayer } from './playerCost.mjs';
import { runReport } from './vadReport.mjs';

/**
 * Times the stages, then has their quality measured and both written to docs/playerMeasured.md.
 *
 * @param {number} rounds
 * @returns {Promise<string>} docs/playerMeasured.md.
 */
export async function writePlayerReport(rounds) {
  const rows = await timePlayer(rounds);
  const cost = {
    date: new Date().toISOString().slice(0, 16),
    cpu: cpus()[0]?.model,
    node: process.versions.node,
    rounds,
  };
  const file = new URL('../docs/playerCost.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify({ ...cost, rows }, null, 2)}\n`);
  return runReport('test/player/player.report.ts', 'playerMeasured.md');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(await writePlayerReport(Math.max(9, Number(process.argv[2] ?? 9))));
  process.exit(0);
}
