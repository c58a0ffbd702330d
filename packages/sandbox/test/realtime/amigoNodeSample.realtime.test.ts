import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/node/index.ts';
import { blockAfter, findVendorPages, readVendorPage, signInToAmigo } from '../browser/samplePage.ts';

const path = findVendorPages().amigo;
const wsFolder = dirname(dirname(createRequire(import.meta.url).resolve('ws/package.json')));

/** Runs a program of the page in a Node of its own; what it prints. */
async function runInNode(program: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'voicewire-node-sample-'));
  const file = join(folder, 'sample.cjs');
  writeFileSync(file, program);
  const child = spawn(process.execPath, [file], { env: { ...process.env, NODE_PATH: wsFolder } });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  await once(child, 'close');
  rmSync(folder, { recursive: true });
  return printed;
}

describe.skipIf(path === null)('the sample of Amigo’s page for Node', () => {
  test('fails exactly thus: the subprotocol stands in a header, so its own library takes the echo for a mistake', async () => {
    const sandbox = await startSandbox({ seed: 1 });
    const { amigo } = sandbox.endpoints;
    const token = await signInToAmigo(amigo);
    const given = `const token = ${JSON.stringify(token)}, url = '${amigo.wsUrl}?response_format=voice&audio_format=pcm';`;
    const watch = `ws.on('open', () => console.log('open'));`;
    const printed = await runInNode(`${given}\n${blockAfter(readVendorPage(path), '#### Node.js')}\n${watch}`);
    expect(printed).toContain('Error: Server sent a subprotocol but none was requested');
    expect(printed).not.toContain('open\n');
    const [record] = sandbox.ledger.connections;
    // Its handshake is right, and the sandbox takes it; the client is gone before its first message.
    expect(record?.frames).toEqual([]);
    expect(record?.close?.code).toBe(1006);
    expect(record?.violations.filter(({ severity }) => severity === 'fatal')).toEqual([]);
    await sandbox.close();
  });
});
