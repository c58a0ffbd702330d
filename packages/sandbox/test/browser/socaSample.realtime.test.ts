import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom, encodeWav, findSharedFile, makeSpeechLike } from '@voicewire/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningSandbox, StartSandboxOptions } from '../../src/node/index.ts';
import { startSandbox } from '../../src/node/index.ts';
import { launchChromium } from './launchChromium.ts';

/** The vendor's page, as it was stored. */
const samplePath = findSharedFile('reference/vendor-docs/004_ca83c0bc640d543f.txt');
const folder = mkdtempSync(join(tmpdir(), 'voicewire-soca-'));
const SAMPLE_RATE = 48_000;

/** A second of silence, speech, and silence: what the fake microphone plays, over and over. */
function makeMicrophoneFile(): string {
  const random = createSeededRandom(5);
  const speech = makeSpeechLike({ random, sampleRate: SAMPLE_RATE, durationMs: 1500, amplitudeRatio: 0.5 });
  const samples = new Int16Array(SAMPLE_RATE * 7);
  samples.set(
    Int16Array.from(speech, (x) => Math.round(x * 32_767)),
    SAMPLE_RATE * 2,
  );
  const path = join(folder, 'microphone.wav');
  writeFileSync(path, encodeWav({ sampleRate: SAMPLE_RATE, channelCount: 1, samples }));
  return path;
}

/** The blocks of "Complete Example", in the order in which they define what they need. */
function readSample(): string {
  const text = readFileSync(samplePath ?? '', 'utf8');
  const section = text.slice(text.indexOf('## Complete Example'), text.indexOf('## Error Handling'));
  return [...section.matchAll(/```javascript[^\n]*\n([^]*?)```/g)].map(([, code = '']) => code).join('\n');
}

/** The vendor's program; what it uses and does not define, and notes for the test, come first. */
function makePage(sandbox: RunningSandbox): string {
  const { wsUrl, privateKey, agentId } = sandbox.endpoints.soca;
  const program = readSample()
    .replaceAll('wss://api.soca.ai/voice-ws', wsUrl)
    .replaceAll('<private_key>', privateKey)
    .replaceAll('<session_id>', '0f0e6c1e-1111-4222-8333-444455556666')
    .replaceAll('<agent_id>', agentId);
  return `<!doctype html><title>Sample</title><script type="module">
    globalThis.pendingChunks = new Map();
    globalThis.barges = [];
    globalThis.handleBarge = (seq) => barges.push(seq);
    globalThis.played = [];
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      this.addEventListener('ended', () => played.push(this.duration));
      return play.call(this);
    };
    ${program}
  </script>`;
}

let browser: Browser;
const cleanUps: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  browser = await launchChromium(makeMicrophoneFile());
});
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
  await browser.close();
  rmSync(folder, { recursive: true });
});

async function openSample(
  options: StartSandboxOptions,
): Promise<{ sandbox: RunningSandbox; page: Page; errors: string[] }> {
  const sandbox = await startSandbox({ seed: 1, ...options });
  const html = makePage(sandbox);
  const pages = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(`http://localhost:${(pages.address() as AddressInfo).port}/`);
  cleanUps.push(async () => {
    pages.close();
    pages.closeAllConnections();
    await sandbox.close();
  });
  return { sandbox, page, errors };
}

describe.skipIf(samplePath === null)('the vendor’s sample program in Chromium, from another origin', () => {
  test.each(['enforce', 'record'] as const)(
    'completes under %s: it is heard, answered and plays whole sentences; its large blocks are strict and nothing is fatal',
    async (policy) => {
      const { sandbox, page, errors } = await openSample({ policy });
      const read = (name: 'played' | 'barges') =>
        page.evaluate((key) => (globalThis as unknown as Record<string, number[]>)[key] ?? [], name);
      for (let i = 0; i < 200 && (await read('played')).length < 4; i++) await sleep(100);
      const connection = sandbox.ledger.connections[0];
      const types = new Set(connection?.frames.map(({ direction, type }) => `${direction} ${type}`));
      expect([...types]).toEqual(
        expect.arrayContaining(['in start', 'out ready', 'out stt.ready', 'in audio', 'out stt.final', 'out sentence']),
      );
      const durationsS = await read('played');
      expect(durationsS.length).toBeGreaterThanOrEqual(4);
      expect(Math.min(...durationsS)).toBeGreaterThan(0.3);
      expect(connection?.close).toBeUndefined();
      expect(connection?.violations.filter(({ severity }) => severity === 'fatal')).toEqual([]);
      const rules = new Set(connection?.violations.map(({ ruleId, severity }) => `${ruleId} ${severity}`));
      expect(rules).toContain('D-06 strict');
      expect(errors).toEqual([]);
      await page.close();
    },
  );
});
