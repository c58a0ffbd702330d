import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunningSandbox } from '../../src/node/index.ts';
import { SampleBrowser, cutOut, findVendorPages, readVendorPage, rulesBroken, waitUntil } from './samplePage.ts';

const path = findVendorPages().soca;
/** What a machine that is busy for half a second adds. The program does not wait for `stt.ready`: its first block is just late. */
const PACE = ['D-09 note', 'D-09 strict', 'D-05 strict', 'D-04 strict'];
const chromium = new SampleBrowser();
beforeAll(() => chromium.launch());
afterEach(() => chromium.closePages());
afterAll(() => chromium.close());

/** The blocks of "Complete Example", in the order in which they define what they need. */
function readSample(): string {
  const section = cutOut(readVendorPage(path), '## Complete Example', '## Error Handling');
  return [...section.matchAll(/```javascript[^\n]*\n([^]*?)```/g)].map(([, code = '']) => code).join('\n');
}

/** The vendor's program; what it uses and does not define, and notes for the test, come first. */
function makePage({ endpoints: { soca } }: RunningSandbox): string {
  const program = readSample()
    .replaceAll('wss://api.soca.ai/voice-ws', soca.wsUrl)
    .replaceAll('<private_key>', soca.privateKey)
    .replaceAll('<session_id>', '0f0e6c1e-1111-4222-8333-444455556666')
    .replaceAll('<agent_id>', soca.agentId);
  return `<!doctype html><title>Sample</title><script type="module">
    globalThis.pendingChunks = new Map();
    globalThis.handleBarge = () => undefined;
    globalThis.played = [];
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      this.addEventListener('ended', () => played.push(this.duration));
      return play.call(this);
    };
    ${program}
  </script>`;
}

describe.skipIf(path === null)('the sample program of Soca’s page in Chromium, from another origin', () => {
  test.each(['enforce', 'record'] as const)(
    'completes under %s: it is heard, answered and plays whole sentences; its large blocks are strict and nothing is fatal',
    async (policy) => {
      const { page, errors, record, types } = await chromium.open({ policy }, makePage);
      const readPlayed = (): Promise<number[]> => page.evaluate<number[]>('played');
      await waitUntil('4 sentences', async () => (await readPlayed()).length >= 4);
      expect([...types()]).toEqual(
        expect.arrayContaining(['in start', 'out ready', 'out stt.ready', 'in audio', 'out stt.final', 'out sentence']),
      );
      expect(Math.min(...(await readPlayed()))).toBeGreaterThan(0.3);
      expect(record()?.close).toBeUndefined();
      expect(rulesBroken(record(), PACE)).toEqual(['D-06 strict']);
      expect(errors).toEqual([]);
    },
  );
});
