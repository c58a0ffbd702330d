import type { Vendor } from '@voicewire/protocol';
import { describe, expect, test } from 'vitest';
import { runNoteCanary } from './canaryNotes.ts';
import { runCanary } from './canaryRun.ts';
import { CANARY_VENDORS, type CanaryVendor } from './canaryVendors.ts';

/** Of each vendor, and of voice notes; `pnpm nightly` sends 100,000 in all. */
const MESSAGE_COUNT = Number(process.env['VOICEWIRE_CANARY_COUNT'] ?? 2_500) / (CANARY_VENDORS.length + 1);
const SEED = 17;

describe(`secrets that hostile servers quote, in ${MESSAGE_COUNT} messages each`, () => {
  test.each(CANARY_VENDORS)('$name: none comes out, in events, errors, reports or logs', async (canary) => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const report = await runCanary(canary, MESSAGE_COUNT, SEED);
    expect(report.leaks.slice(0, 3), `seed ${SEED}`).toEqual([]);
    // The secrets were there to be quoted, and what quoted them was shown.
    expect(report.sentSecretCount).toBeGreaterThan(0);
    expect(report.maskedCount).toBeGreaterThan(MESSAGE_COUNT / 10);
    expect(report.shownCount).toBeGreaterThan(MESSAGE_COUNT / 2);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect('polluted' in {}).toBe(false);
  });

  test('voice notes: none comes out, in events, errors, uploads or logs', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const report = await runNoteCanary(MESSAGE_COUNT, SEED);
    expect(report.leaks.slice(0, 3), `seed ${SEED}`).toEqual([]);
    expect(report.sentSecretCount).toBeGreaterThan(0);
    expect(report.maskedCount).toBeGreaterThan(MESSAGE_COUNT / 10);
    // Of a refused note little is read, and of a reply nothing after its `error`.
    expect(report.shownCount).toBeGreaterThan(MESSAGE_COUNT / 4);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect('polluted' in {}).toBe(false);
  });
});

describe('the search for secrets finds', () => {
  const [, amigo] = CANARY_VENDORS as readonly [CanaryVendor, CanaryVendor];
  const secret = amigo.canaries[0] ?? '';
  const leaksOf = async (change: Partial<CanaryVendor>): Promise<readonly string[]> =>
    (await runCanary({ ...amigo, ...change }, 50, SEED)).leaks;

  test('one in the issues of an error', async () => {
    const vendor: Vendor = {
      ...amigo.vendor,
      parseCredentials: () => ({ ok: false, issues: [{ path: ['token'], expected: 'a JWT', received: secret }] }),
    };
    expect((await leaksOf({ vendor })).join()).toContain('a JWT');
  });

  test('one in the cause of an error', async () => {
    const credentials = (): never => {
      throw new Error('failed', { cause: new Error(`no ${secret}`) });
    };
    expect(await leaksOf({ vendor: { ...amigo.vendor, credentials } })).not.toEqual([]);
  });

  test('one that the server hides in an escape, in speech: that passes as it is, and is found', async () => {
    const escaped = `{"type":"server.vad-speech-ended","transcript":"\\u0063${secret.slice(1)}","start":1,"end":2}`;
    expect((await leaksOf({ welcome: [...amigo.welcome, escaped] })).join()).toContain('transcript: ');
  });

  test('one in a voice note, where its vendor does not say what is secret', async () => {
    const { leaks } = await runNoteCanary(200, SEED, (vendor) => ({
      ...vendor,
      parseCredentials: (value) => ({ ok: true, message: { word: (value as { token: string }).token } }),
      createConversation(platform) {
        const conversation = vendor.createConversation(platform);
        const tokenOf = (credentials: unknown) => ({ token: (credentials as { word: string }).word });
        return {
          get phase() {
            return conversation.phase;
          },
          begin: (credentials, note) => conversation.begin(tokenOf(credentials), note),
        };
      },
    }));
    expect(leaks.join()).toContain('agentText');
  });

  test('one in a log', async () => {
    const vendor: Vendor = {
      ...amigo.vendor,
      redactInbound: (data) => {
        // oxlint-disable-next-line no-console -- the leak that is to be found
        console.warn('unexpected', [secret]);
        return String(data);
      },
    };
    expect((await leaksOf({ vendor })).join()).toContain('console: ');
  });

  test('the first 16 characters of one that was cut', async () => {
    const vendor: Vendor = { ...amigo.vendor, redactInbound: () => `cut: ${secret.slice(0, 20)}` };
    expect((await leaksOf({ vendor })).join()).toContain('raw: ');
  });
});
