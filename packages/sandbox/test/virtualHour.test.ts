import { assertAtMost } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { loadMp3Codec } from '../src/core.ts';
import { MAX_FRAMES } from '../src/ledger/connectionLedger.ts';
import { MAX_CLOSED_CONNECTIONS } from '../src/ledger/ledger.ts';
import { Caller, LINES } from './support/caller.ts';
import { measureHeapMb } from './support/fuzzing.ts';
import { createRig } from './support/rig.ts';

/** 1 in CI, 60 in `pnpm nightly`. */
const MINUTES = Number(process.env['VOICEWIRE_HOUR_MINUTES'] ?? 1);
const TICK_MS = 20;
/** Of each vendor; in CI fewer: the hour is what is meant, not the crowd. */
const CALLERS = MINUTES < 60 ? { voiceApi: 2, amigo: 1, soca: 1 } : { voiceApi: 8, amigo: 3, soca: 3 };
/** Of the heap: every 10 minutes of an hour. */
const READINGS = 6;
/** Where the second half begins: by then an hour's ledgers are full. */
const HALF = 2;
/** Length of a call: one minute of an hour, five seconds in CI. */
const CALL_RATIO = MINUTES < 60 ? 1 / 12 : 1 / 60;
/**
 * Of the second half. Amigo's conversations, 2,000 of which are kept as the vendor keeps them, fill for longer; a run that is
 * shorter than an hour is filling everything.
 */
const MAX_GROWTH_MB = MINUTES < 60 ? 24 : 2;

const mp3 = await loadMp3Codec();

describe('users who call again and again', () => {
  test(
    `${MINUTES} virtual minutes of talk: the heap stays as it is, records stay bounded, no timer is left`,
    () => {
      const users = Array.from({ length: CALLERS.amigo }, (_, i) => `user-${i}`);
      // They sign in once.
      const amigoAccounts = { users, tokenLifeMs: 2 * 60_000 * MINUTES };
      // Users of Amigo hang up in mid-conversation and begin a new one.
      const amigo = { unfinishedConversation: 'finish' } as const;
      const rig = createRig({ agent: 'conversation', record: false, mp3, amigoAccounts, amigo });
      const callMs = MINUTES * 60_000 * CALL_RATIO;
      const callers = (['voiceApi', 'amigo', 'soca'] as const).flatMap((vendor) =>
        Array.from({ length: CALLERS[vendor] }, (_, i) => new Caller(rig, LINES[vendor], `user-${i}`, callMs)),
      );
      const tickCount = (MINUTES * 60_000) / TICK_MS;
      const heapMb: number[] = [];
      for (let tick = 1; tick <= tickCount; tick++) {
        // Their first calls are spread over the length of a call, so that there is always one that ends.
        for (const [i, caller] of callers.entries())
          if (tick * TICK_MS >= (i * callMs) / callers.length) caller.tick(true);
        rig.clock.advanceMs(TICK_MS);
        if (tick % (tickCount / READINGS) !== 0) continue;
        heapMb.push(measureHeapMb());
        process.stdout.write(`minute ${(tick * TICK_MS) / 60_000}: ${heapMb.at(-1)?.toFixed(2)} MB of heap\n`);
      }
      const growthMb = (heapMb.at(-1) ?? NaN) - (heapMb[HALF] ?? NaN);
      assertAtMost('heap added by the second half', growthMb, MAX_GROWTH_MB, 'MB');

      for (const { callCount, loss, receivedBytes } of callers) {
        expect([callCount >= 11, loss]).toEqual([true, '']);
        // Some speech at least: 100 kB a minute is a tenth of what PCM of a whole minute takes.
        expect(receivedBytes).toBeGreaterThan(MINUTES * 100_000);
      }
      const { connections, requests } = rig.sandbox.ledger;
      assertAtMost('connections kept', connections.length, callers.length + MAX_CLOSED_CONNECTIONS, '');
      assertAtMost('requests kept', requests.length, 500, '');
      for (const { frames, utterances, lines, violations } of connections) {
        assertAtMost('frames kept', frames.length, MAX_FRAMES, '');
        for (const list of [utterances, lines]) assertAtMost('entries kept', list.length, 200, '');
        expect(violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
      }
      for (let tick = 0; tick < 3000 / TICK_MS; tick++) {
        for (const caller of callers) caller.tick(false);
        rig.clock.advanceMs(TICK_MS);
      }
      expect(rig.sandbox.ledger.connections.filter(({ close }) => close === undefined)).toEqual([]);
      rig.sandbox.close();
      rig.clock.advanceMs(1);
      expect(rig.clock.pendingTimerCount).toBe(0);
    },
    60_000 + MINUTES * 60_000,
  );
});
