import { expect, test } from 'vitest';
import { createRig } from './harness.ts';

test('Chromium’s own base64 may replace the protocol’s', async () => {
  const rig = await createRig({ microphone: null });
  try {
    await rig.open();
    expect(await rig.page.evaluate(() => window.faultsOfBase64())).toEqual({ isNative: true, faults: [] });
  } finally {
    await rig.close();
  }
});
