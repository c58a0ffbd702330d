import { describe, expect, test } from 'vitest';
import type { SandboxBehaviour } from '../src/core.ts';
import { SessionBook } from '../src/soca/sessionBook.ts';
import { createRandom } from '../src/memory.ts';
import type { SocaRig } from './support/socaRig.ts';
import { createSocaRig } from './support/socaRig.ts';

const rig0 = (behaviour: SandboxBehaviour = {}): SocaRig => createSocaRig(behaviour);
const returnVerdicts = (rig: SocaRig): readonly string[] =>
  rig.sandbox.ledger.violations
    .filter(({ ruleId }) => ruleId === 'D-14' || ruleId === 'D-15')
    .map(({ ruleId, severity }) => `${ruleId} ${severity}`);

/** A session that the server drops 10 ms after `stt.ready`. */
const dropped = (rig: SocaRig, sessionId = 'a-session'): void => {
  rig.connect('fault=dropped&delayMs=10', sessionId);
  rig.clock.advanceMs(50);
};

describe('D-14, when a client comes back', () => {
  test('after a loss, at 0.3, 1 and 3 s: nothing', () => {
    const rig = rig0();
    for (const waitMs of [300, 1000, 3000]) {
      dropped(rig);
      rig.clock.advanceMs(waitMs);
    }
    rig.connect();
    expect(returnVerdicts(rig)).toEqual([]);
  });

  test('after a loss, 7 times within 2 s: strict', () => {
    const rig = rig0();
    for (let i = 0; i < 7; i++) dropped(rig);
    expect(returnVerdicts(rig)).toContain('D-14 strict');
  });

  test('after a refused key, at once with the same key: strict; with the right one: nothing', () => {
    const refused = (key: string) => {
      const rig = rig0();
      for (const privateKey of ['wrong', key]) {
        const client = rig.open();
        rig.clock.advanceMs(1);
        client.start({ private_key: privateKey });
        rig.clock.advanceMs(500);
      }
      return returnVerdicts(rig);
    };
    expect(refused('wrong')).toEqual(['D-14 strict']);
    expect(refused('demo-key')).toEqual([]);
  });

  test('after a refused key, two minutes later: nothing', () => {
    const rig = rig0();
    for (let i = 0; i < 2; i++) {
      const client = rig.open();
      rig.clock.advanceMs(1);
      client.start({ private_key: 'wrong' });
      rig.clock.advanceMs(120_000);
    }
    expect(returnVerdicts(rig)).toEqual([]);
  });

  test('after the server closed with 1000, 100 ms later: strict; 5 s later: nothing', () => {
    const returned = (waitMs: number) => {
      const rig = rig0();
      rig.connect('fault=closed&delayMs=10&closeCode=1000');
      rig.clock.advanceMs(10 + waitMs);
      rig.connect();
      return returnVerdicts(rig);
    };
    expect(returned(100)).toEqual(['D-14 strict']);
    expect(returned(5000)).toEqual([]);
  });

  test('after the client closed with 1000 it may begin anew whenever it likes', () => {
    const rig = rig0();
    const client = rig.connect();
    client.close();
    rig.clock.advanceMs(10);
    rig.connect();
    expect(returnVerdicts(rig)).toEqual([]);
  });
});

describe('D-15, as whom a client comes back', () => {
  test('with the session it had: nothing; with a new one: fatal', () => {
    const returned = (sessionId: string) => {
      const rig = rig0();
      dropped(rig);
      rig.connect('', sessionId);
      return returnVerdicts(rig);
    };
    expect(returned('a-session')).toEqual([]);
    expect(returned('another')).toEqual(['D-15 fatal']);
  });

  test('11 s later it may be another client: nothing', () => {
    const rig = rig0();
    dropped(rig);
    rig.clock.advanceMs(11_000);
    rig.connect('', 'another');
    expect(returnVerdicts(rig)).toEqual([]);
  });

  test('where two sessions were open, a new one is not blamed: it may be another client', () => {
    const rig = rig0();
    rig.connect('', 'bystander');
    dropped(rig);
    rig.connect('', 'another');
    expect(returnVerdicts(rig)).toEqual([]);
  });
});

describe('replies of a session that is taken up again', () => {
  const line = { text: 'one', pcm: new Int16Array(1600).fill(3000) };
  const agent: SandboxBehaviour['agent'] = (context) => ({ opened: () => context.say(line) });

  test.each([
    ['go on counting', '', 2],
    ['begin at 1 again with fault seq-restart', 'fault=seq-restart', 1],
  ])('%s', (_name, query, wanted) => {
    const rig = rig0({ agent });
    const first = rig.connect('fault=dropped&delayMs=500');
    rig.clock.advanceMs(1000);
    const second = rig.connect(query);
    rig.clock.advanceMs(1000);
    expect(first.sentences[0]?.seq).toBe(1);
    expect(second.sentences[0]?.seq).toBe(wanted);
  });
});

test('100,000 sessions keep 4096 in memory, the latest', () => {
  const book = new SessionBook(createRandom(3));
  const ids = Array.from({ length: 100_000 }, () => book.create('agent').id);
  expect(book.size).toBe(4096);
  expect(book.isCreated(ids.at(-1) ?? '', 'agent')).toBe(true);
  expect(book.isCreated(ids[0] ?? '', 'agent')).toBe(false);
  expect(new Set(ids).size).toBe(100_000);
});
