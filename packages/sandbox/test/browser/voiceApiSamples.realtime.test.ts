import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunningSandbox } from '../../src/node/index.ts';
import type { OpenSample } from './samplePage.ts';
import { SampleBrowser, cutOut, findVendorPages, readVendorPage, rulesBroken, waitUntil } from './samplePage.ts';

const path = findVendorPages().voiceApi;
/** What a machine that is busy for half a second adds. */
const PACE = ['C-09 strict'];
const chromium = new SampleBrowser();
beforeAll(() => chromium.launch());
afterEach(() => chromium.closePages());
afterAll(() => chromium.close());

/** "Complete Example": a page by itself. */
function makeCompletePage({ endpoints }: RunningSandbox): string {
  return `${cutOut(readVendorPage(path), '<!DOCTYPE html>', '</html>')}</html>`
    .replaceAll('https://your-api-url.com', endpoints.voiceApi.apiUrl)
    .replaceAll('your_api_key', endpoints.voiceApi.apiKey);
}

/** The four steps before it, in one module. They use, and do not define, two constants and a function. */
function makeStepsPage({ endpoints }: RunningSandbox): string {
  const steps = readVendorPage(path)
    .split(/^\d\. .*$/m)
    .slice(1, 5)
    // Each begins with a paragraph; the last one ends with one.
    .map((step) =>
      step
        .trim()
        .split('\n')
        .slice(1)
        .join('\n')
        .replace(/^To visualize .*$/m, ''),
    );
  return `<!doctype html><title>Steps</title><script type="module">
    const API_URL = ${JSON.stringify(endpoints.voiceApi.apiUrl)};
    const API_KEY = ${JSON.stringify(endpoints.voiceApi.apiKey)};
    const cleanup = () => undefined;
    ${steps.join('\n')}
    globalThis.readPlayedS = () => nextStartTime;
  </script>`;
}

/** Heard, answered, and its audio taken by the player: whole seconds of it. */
async function expectTalk({ page, errors, record, types }: OpenSample, readPlayedS: string): Promise<void> {
  await waitUntil(
    'answer to an utterance',
    () => (record()?.utterances.length ?? 0) > 0 && (record()?.lines.length ?? 0) > 2,
  );
  expect([...types()]).toEqual(expect.arrayContaining(['in auth', 'out connected', 'out agent_ready', 'in audio']));
  expect(record()?.close).toBeUndefined();
  expect(await page.evaluate<number>(readPlayedS)).toBeGreaterThan(3);
  expect(errors).toEqual([]);
}

describe.skipIf(path === null)('the sample programs of the Voice API’s page in Chromium, from another origin', () => {
  test.each(['enforce', 'record'] as const)(
    'the complete example completes under %s: 13 frames at once are a note, its close without a code is strict',
    async (policy) => {
      const sample = await chromium.open({ policy }, makeCompletePage);
      await sample.page.click('#start');
      await expectTalk(sample, 'nextStart');
      await sample.page.click('#stop');
      await waitUntil('close', () => sample.record()?.close !== undefined);
      expect(sample.record()?.close).toMatchObject({ code: 1005, wasClean: true });
      expect(rulesBroken(sample.record(), PACE)).toEqual(['C-09 note', 'C-15 strict']);
    },
  );

  test('the four steps complete under enforce', async () => {
    const sample = await chromium.open({}, makeStepsPage);
    await expectTalk(sample, 'readPlayedS()');
    expect(rulesBroken(sample.record(), PACE)).toEqual(['C-09 note']);
  });
});
