// This file is the command that packs every published package and fails when a user could not import what it promises.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packPackage, publishableFolders } from './packages/publishable.mjs';
import { tarballProblems } from './packages/tarballProblems.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tarballs = mkdtempSync(join(tmpdir(), 'voicewire-pack-'));
let problemCount = 0;
try {
  for (const folder of publishableFolders(root)) {
    const packed = packPackage(folder, tarballs);
    const problems = await problemsOf(packed);
    for (const problem of problems) console.error(`${packed.name}: ${problem}`);
    console.log(`${packed.name}: ${packed.files.length} files packed, ${problems.length} problems`);
    problemCount += problems.length;
  }
} finally {
  rmSync(tarballs, { recursive: true });
}
process.exitCode = problemCount > 0 ? 1 : 0;

/** @param {import('./packages/publishable.mjs').PackedPackage} packed */
async function problemsOf(packed) {
  const bytes = new Uint8Array(readFileSync(packed.tarball)).buffer;
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
  const linted = messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
  return [...linted, ...tarballProblems({ ...packed, manifest: pkg })];
}
