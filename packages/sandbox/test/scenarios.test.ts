import { describe, expect, test } from 'vitest';
import type { Scenario, ScenarioFaults, ScenarioName } from '../src/core.ts';
import { SCENARIOS } from '../src/core.ts';
import type { Dialogue } from './support/dialogues.ts';
import { TALKS } from './support/dialogues.ts';
import { createAmigoRig } from './support/amigoRig.ts';
import { createRig } from './support/rig.ts';
import { createSocaRig } from './support/socaRig.ts';

type Vendor = keyof ScenarioFaults;

/** Faults of the catalogue that a vendor's simulator can show. */
const CATALOGUE = [
  1, 2, 4, 5, 6, 7, 8, 10, 11, 12, 15, 18, 19, 20, 21, 22, 23, 24, 29, 33, 34, 35, 36, 37, 40, 41, 47, 54, 55, 56, 61,
  78, 79, 80,
] as const;
const SOCKET_VENDORS: readonly Vendor[] = ['voiceApi', 'amigo', 'soca'];
/** They change nothing by themselves: what a client must not do, or do in time, decides. Tested one by one. */
const DOCUMENTED: readonly ScenarioName[] = ['happyPath', 'recordOnly', 'fault29-idle-timeout'];
/** In memory there is nothing to cut: `impairments.realtime.test.ts` shows it. */
const CUT_ON_SOCKETS_ONLY: readonly ScenarioName[] = ['fault49-fragments'];

const names = Object.keys(SCENARIOS) as ScenarioName[];
const find = (name: ScenarioName): Scenario => SCENARIOS[name];

/** Vendors that see something of a scenario. */
function concernedBy(name: ScenarioName): readonly Vendor[] {
  const { faults, impairment = {}, profile } = find(name);
  const isOnSockets = Object.keys(impairment).length > 0 && !CUT_ON_SOCKETS_ONLY.includes(name);
  return (Object.keys(TALKS) as Vendor[]).filter(
    (vendor) =>
      profile !== undefined || faults[vendor] !== undefined || (isOnSockets && SOCKET_VENDORS.includes(vendor)),
  );
}

const documented = new Map<string, Dialogue>();
/** The same without a scenario, by the same agent. */
function documentedFor(vendor: Vendor, { agent }: Scenario): Dialogue {
  const key = `${vendor} ${agent}`;
  const dialogue =
    documented.get(key) ?? TALKS[vendor]({ does: '', faults: {}, ...(agent === undefined ? {} : { agent }) });
  documented.set(key, dialogue);
  return dialogue;
}

const talks = new Map<string, Dialogue>();
function run(vendor: Vendor, name: ScenarioName): Dialogue {
  const dialogue = talks.get(`${vendor} ${name}`) ?? TALKS[vendor](find(name));
  talks.set(`${vendor} ${name}`, dialogue);
  return dialogue;
}

describe('the catalogue', () => {
  test('every fault marked [V] has one scenario, named after its number', () => {
    const numbers = names.flatMap((name) => /^fault(\d\d)-[a-z0-9-]+$/.exec(name)?.[1] ?? []).map(Number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(CATALOGUE.filter((number) => !numbers.includes(number))).toEqual([]);
  });

  test.each(['happyPath', 'bargeIn', 'slowStart', 'dropMidUtterance', 'tokenExpiry', 'rateLimited', 'malformed'])(
    '%s is there',
    (name) => {
      expect(names).toContain(name);
    },
  );

  test('every scenario concerns somebody', () => {
    const idle = names.filter((name) => concernedBy(name).length === 0 && !CUT_ON_SOCKETS_ONLY.includes(name));
    expect(idle).toEqual(DOCUMENTED);
  });
});

describe('without a scenario, each vendor’s dialogue works', () => {
  test.each<[Vendor, RegExp]>([
    ['voiceApi', /agent_ready/],
    ['amigo', /interaction-complete/],
    ['soca', /final_answer/],
    ['amigoNotes', /interaction-complete/],
  ])('%s', (vendor, lastWord) => {
    const { seen, closes } = documentedFor(vendor, SCENARIOS.happyPath);
    expect(seen.filter(({ what }) => lastWord.test(what)).length).toBeGreaterThan(0);
    expect(seen.length).toBeGreaterThan(vendor === 'amigoNotes' ? 10 : 30);
    expect(closes).toEqual([]);
  });
});

/** Only who connects again sees them; tested by themselves. */
const SEEN_BY_RETURNERS: readonly string[] = [
  'fault55-session-gone amigo',
  'fault55-session-gone soca',
  'fault56-second-tab soca',
];
const ROWS = names
  .flatMap((name) => concernedBy(name).map((vendor): [ScenarioName, Vendor] => [name, vendor]))
  .filter((row) => !SEEN_BY_RETURNERS.includes(row.join(' ')));

describe('what each shows on the wire', () => {
  test.each(ROWS)('%s: %s is not as documented', (name, vendor) => {
    expect(run(vendor, name).seen).not.toEqual(documentedFor(vendor, find(name)).seen);
  });

  test.each(
    (['happyPath', 'hostile', 'badNetwork', 'malformed', 'fault36-duplicates'] as const).flatMap((name) =>
      SOCKET_VENDORS.map((vendor): [ScenarioName, Vendor] => [name, vendor]),
    ),
  )('%s: %s is the same again with the same seed', (name, vendor) => {
    expect(TALKS[vendor](find(name))).toEqual(run(vendor, name));
  });

  const socketRows = ROWS.filter(([, vendor]) => SOCKET_VENDORS.includes(vendor));

  test.each(socketRows.filter(([name]) => find(name).impairment?.closeAtMs !== undefined))(
    '%s: %s closes with the code, unless the vendor itself was faster',
    (name, vendor) => {
      const { closeCode, closeReason = '' } = find(name).impairment ?? {};
      const [close] = run(vendor, name).closes;
      if (name === 'fault61-shutdown-notice' && vendor === 'voiceApi') expect(close?.code).toBe(1012);
      else expect(close).toMatchObject({ code: closeCode, reason: closeReason });
    },
  );

  test.each(
    socketRows.filter(
      ([name]) => (find(name).impairment?.terminateAtMs ?? find(name).impairment?.resetAtMs) !== undefined,
    ),
  )('%s: %s is gone without a word', (name, vendor) => {
    const { closes, seen } = run(vendor, name);
    expect(closes).toMatchObject([{ code: 1006 }]);
    expect(seen.length).toBeGreaterThan(3);
  });

  test.each(socketRows.filter(([name]) => find(name).impairment?.refuseStatus !== undefined))(
    '%s: %s opens no socket',
    (name, vendor) => {
      const { closes, openedAtMs } = run(vendor, name);
      expect(openedAtMs).toBeUndefined();
      if (name !== 'fault09-captive-portal' || vendor !== 'voiceApi') expect(closes).toMatchObject([{ code: 1006 }]);
    },
  );

  test('refusals have their status, Retry-After and Location', () => {
    const refusals = names.flatMap((name) => {
      if (find(name).impairment?.refuseStatus === undefined) return [];
      const rig = createRig({ scenario: name });
      const answers: unknown[] = [];
      rig.sandbox.accept({
        request: { path: '/api/v1/sdk/ws', headers: { host: 'localhost' }, subprotocols: [] },
        open: () => answers.push('open'),
        refuse: (status, _reason, headers) => answers.push(`${name} ${status} ${JSON.stringify(headers)}`),
      });
      return answers;
    });
    expect(refusals).toEqual([
      'fault02-refused 0 {}',
      'fault05-upgrade-401 401 {}',
      'fault06-upgrade-404 404 {}',
      'fault07-upgrade-503 503 {"retry-after":"2"}',
      'fault08-redirect 302 {"location":"http://elsewhere.invalid/"}',
      'fault09-captive-portal 200 {}',
      'fault80-no-room 503 {}',
    ]);
  });

  test.each(SOCKET_VENDORS)('fault25-half-open: %s sees silence and no close', (vendor) => {
    const { closes, seen } = run(vendor, 'fault25-half-open');
    expect(closes).toEqual([]);
    expect(seen.at(-1)?.atMs).toBeLessThan(3100);
  });

  test.each(SOCKET_VENDORS)('fault30-not-reading: audio of %s backs up at the client', (vendor) => {
    expect(run(vendor, 'fault30-not-reading').backedUpBytes).toBeGreaterThan(100_000);
  });

  test.each(SOCKET_VENDORS)('fault34-pause: %s pauses for 780 ms at least', (vendor) => {
    const times = run(vendor, 'fault34-pause').seen.map(({ atMs }) => atMs);
    const isIn = (from: number, to: number): boolean => times.some((atMs) => atMs > from && atMs < to);
    const open = (run(vendor, 'fault34-pause').openedAtMs ?? 0) - 5000;
    expect(isIn(open + 2201, open + 2999)).toBe(false);
    // A stall ends 3 s after the opening; audio in real time has fallen into it. The others are far ahead by then.
    if (vendor === 'voiceApi') expect(times.some((atMs) => Math.abs(atMs - open - 3000) < 1)).toBe(true);
  });

  test.each(SOCKET_VENDORS)('fault36-duplicates: %s sends some message twice in a row', (vendor) => {
    const { seen } = run(vendor, 'fault36-duplicates');
    const isTwin = seen.map(({ what, atMs }, i) => what === seen[i - 1]?.what && atMs === seen[i - 1]?.atMs);
    expect(isTwin.filter(Boolean).length).toBeGreaterThan(1);
  });
});

describe('scenarios that only wait for a client’s mistake', () => {
  test('fault29-idle-timeout: a Voice API client that sends nothing is let go after 2 minutes', () => {
    const rig = createRig({ scenario: 'fault29-idle-timeout' });
    const client = rig.connectClient();
    rig.clock.advanceMs(119_000);
    expect(client.closes).toEqual([]);
    rig.clock.advanceMs(2000);
    expect(client.closes).toMatchObject([{ code: 1000 }]);
  });

  test('fault56-second-tab: the second use of a token is refused, the first connection stays', () => {
    const rig = createRig({ scenario: 'fault56-second-tab' });
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const clients = [rig.openClient(ws_url), rig.openClient(ws_url)];
    for (const client of clients) {
      client.sendToken(token);
      rig.clock.advanceMs(100);
    }
    expect(clients.map(({ closes }) => closes.map(({ code }) => code))).toEqual([[], [4003]]);
  });

  test('fault55-session-gone: an Amigo client that comes back to its conversation hears 4004', () => {
    for (const [scenario, codes] of [
      ['happyPath', []],
      ['fault55-session-gone', [4004]],
    ] as const) {
      const rig = createAmigoRig({ scenario });
      const first = rig.converse();
      const { conversationId } = first;
      first.socket.close(1000);
      rig.clock.advanceMs(100);
      const again = rig.connect().continue(conversationId);
      rig.clock.advanceMs(500);
      expect(
        again.socket.closes.map(({ code }) => code),
        scenario,
      ).toEqual(codes);
    }
  });

  test('fault55-session-gone: a Soca client is let in once; when it comes back its session is not found', () => {
    const rig = createSocaRig({ scenario: 'fault55-session-gone' });
    const first = rig.connect();
    first.close(1000);
    rig.clock.advanceMs(5000);
    const again = rig.connect();
    expect(first.course).toEqual(['ready', 'stt.ready']);
    expect(again.messages).toEqual([{ type: 'error', message: 'Session not found' }]);
    expect(again.closes).toMatchObject([{ code: 1008 }]);
  });

  test('fault55-session-gone: a Voice API client is let in every time', () => {
    const rig = createRig({ scenario: 'fault55-session-gone' });
    for (const client of [rig.connectClient(), rig.connectClient()]) expect(client.types).toContain('connected');
  });

  test('fault29-idle-timeout: an Amigo client that says nothing for 30 s is closed with 3008', () => {
    const rig = createAmigoRig({ scenario: 'fault29-idle-timeout' });
    const client = rig.converse();
    rig.clock.advanceMs(31_000);
    expect(client.socket.closes).toMatchObject([{ code: 3008 }]);
  });

  test('fault56-second-tab: the second Amigo connection of one user is closed with 4009, the first one stays', () => {
    const rig = createAmigoRig({ scenario: 'fault56-second-tab' });
    const [first, second] = [rig.converse(), rig.connect().start()];
    rig.clock.advanceMs(500);
    const codes = [first, second].map(({ socket }) => socket.closes.map(({ code }) => code));
    expect(codes).toEqual([[], [4009]]);
  });

  test('fault56-second-tab: the second Soca socket of a session closes the first with 1008 and goes on', () => {
    const rig = createSocaRig({ scenario: 'fault56-second-tab' });
    const [first, second] = [rig.connect(), rig.connect()];
    rig.clock.advanceMs(500);
    const courses = [first, second].map(({ course }) => course);
    expect(courses).toEqual(Array(2).fill(['ready', 'stt.ready']));
    expect([first, second].map(({ closes }) => closes.map(({ code }) => code))).toEqual([[1008], []]);
  });

  test('recordOnly: a wrong first message is recorded and closes nothing', () => {
    const rig = createRig({ scenario: 'recordOnly' });
    const client = rig.openClient();
    client.send('hello');
    rig.clock.advanceMs(500);
    expect([rig.verdicts, client.closes]).toEqual([['C-05 fatal'], []]);
  });
});
