// This file runs the Python programs of Amigo's real-time page. Each imports a library that is not Python's own, so it runs
// where a Python has them: `python3`, that of the system, or the one VOICEWIRE_PYTHON names.
// Debian: apt-get install python3-websocket python3-websockets. Elsewhere: pip install websocket-client websockets.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'vitest';
import { afterEach, describe, expect, test } from 'vitest';
import type { ConnectionRecord, RunningSandbox, StartSandboxOptions } from '../../src/node/index.ts';
import { startSandbox } from '../../src/node/index.ts';
import {
  blockAfter,
  findVendorPages,
  readVendorPage,
  rulesBroken,
  signInToAmigo,
  waitUntil,
} from '../browser/samplePage.ts';

const path = findVendorPages().amigo;
const NAMED = process.env['VOICEWIRE_PYTHON'];
const PYTHONS = NAMED === undefined ? ['python3', '/usr/bin/python3'] : [NAMED];
/** What each program needs of the library it imports; a module of another project may have the same name. */
const NEEDS = { websocket: 'WebSocketApp', websockets: 'connect' } as const;
/** How long a Python may take to import one, in ms. */
const IMPORT_TIMEOUT_MS = 20_000;

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

/** The first Python with that library; without one, the test is skipped and says so. */
function findPython(context: TestContext, library: keyof typeof NEEDS): string {
  const has = (python: string): boolean =>
    spawnSync(python, ['-c', `import ${library}; ${library}.${NEEDS[library]}`], { timeout: IMPORT_TIMEOUT_MS })
      .status === 0;
  const found = PYTHONS.find(has);
  if (found === undefined) context.skip(`no Python with the module '${library}' (${PYTHONS.join(', ')})`);
  return found ?? '';
}

/** A program that runs. */
interface RunningProgram {
  /** The lines that it has printed so far, errors among them. */
  readonly lines: () => string[];
  /** Its exit status, once it has ended. */
  readonly ended: Promise<number | null>;
}

/** Runs a program in a Python of its own. */
function runInPython(python: string, program: string): RunningProgram {
  // A developer's proxy must not be asked for this machine.
  const env = { ...process.env, no_proxy: '127.0.0.1', NO_PROXY: '127.0.0.1' };
  const child = spawn(python, ['-u', '-'], { env });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  child.stdin.end(program);
  const ended = once(child, 'close').then(() => child.exitCode);
  cleanUps.push(() => {
    child.kill();
    return ended;
  });
  return { lines: () => printed.split(/\r?\n/).filter((line) => line !== ''), ended };
}

interface ProgramParts {
  /** What stands behind this on the page. */
  readonly heading: string;
  /** Defines what the program uses and does not define. */
  readonly before?: string;
  /** Runs what it only defines. */
  readonly after?: string;
  /** Put behind its address, which has no query. */
  readonly query?: string;
}

/** Runs a program of the page against a sandbox of its own, with hosts and credentials replaced. */
async function runSample(python: string, options: StartSandboxOptions, parts: ProgramParts) {
  const sandbox: RunningSandbox = await startSandbox({ seed: 1, agent: 'conversation', ...options });
  cleanUps.push(() => sandbox.close());
  const { amigo } = sandbox.endpoints;
  const { heading, before = '', after = '', query = '' } = parts;
  const program = blockAfter(readVendorPage(path), heading)
    .replaceAll('wss://api.amigo.ai', amigo.apiUrl.replace('http:', 'ws:'))
    .replaceAll('your-service-id', amigo.serviceId)
    .replaceAll('converse_realtime"', `converse_realtime${query}"`);
  const given = `org = org_id = ${JSON.stringify(amigo.organization)}
token = auth_token = ${JSON.stringify(await signInToAmigo(amigo))}
service_id = ${JSON.stringify(amigo.serviceId)}`;
  const running = runInPython(python, [given, before, program, after].join('\n'));
  const record = (): ConnectionRecord | undefined => sandbox.ledger.connections[0];
  const count = (type: string): number => record()?.frames.filter((frame) => frame.type === type).length ?? 0;
  return { sandbox, ...running, record, count };
}

describe.skipIf(path === null)('the quick start of Amigo’s page in Python, with websocket-client', () => {
  const heading = '{% tab title="Python" %}';
  const ours = `def on_error(ws, error): print("error", type(error).__name__)
def on_close(ws, code = None, reason = None): print("closed", code)`;
  // It hands these two over before it defines them.
  const theirs = `on_open = lambda ws: globals()["on_open"](ws)
on_message = lambda ws, message: globals()["on_message"](ws, message)`;

  test('fails exactly thus, before it connects: it uses functions that it defines further below', async (context) => {
    const sample = await runSample(findPython(context, 'websocket'), {}, { heading, before: ours });
    expect(await sample.ended).toBe(1);
    expect(sample.lines().at(-1)).toMatch(/^NameError: name 'on_open' is not defined/);
    expect(sample.sandbox.ledger.connections).toEqual([]);
  });

  test('completes once they are known: its text is answered; it says no more, and that closes it after 30 s', async (context) => {
    const python = findPython(context, 'websocket');
    const before = `${ours}\n${theirs}`;
    const enforced = await runSample(python, {}, { heading, before });
    const recorded = await runSample(python, { policy: 'record' }, { heading, before });
    for (const sample of [enforced, recorded]) {
      // A machine that is slow may greet before the text comes.
      const isAnswered = (): boolean =>
        sample.record()?.lines.some(({ text }) => text === 'You wrote one word.') === true;
      await waitUntil('answer', isAnswered);
      await waitUntil('end of the answer', () => sample.count('server.interaction-complete') > 0);
      expect(sample.count('client.new-text-message')).toBe(1);
      expect(sample.lines()).toEqual([expect.stringMatching(/^Ready! ID: [0-9a-f]{24}$/)]);
      expect([sample.record()?.close, rulesBroken(sample.record())]).toEqual([undefined, []]);
    }
    expect(await enforced.ended).toBe(0);
    expect(enforced.lines().at(-1)).toBe('closed 3008');
    await waitUntil('entry of the silence', () => rulesBroken(recorded.record()).length > 0);
    expect(recorded.record()?.close).toBeUndefined();
    for (const sample of [enforced, recorded]) expect(rulesBroken(sample.record())).toEqual(['A-23 fatal']);
  });
});

describe.skipIf(path === null)('the sample of Amigo’s page for Python, with websockets', () => {
  const parts: ProgramParts = {
    heading: '#### Python',
    // The program prints nothing; its library tells what it sends and gets.
    before: 'import logging\nlogging.basicConfig(level=logging.DEBUG, format="%(message)s")',
    after: 'import asyncio\nasyncio.run(connect())',
  };
  /** Codes of the closes that reached the program. */
  const closesSeen = (lines: readonly string[]): number[] =>
    lines.flatMap((line) => /^< CLOSE (\d+)/.exec(line)?.[1] ?? []).map(Number);

  test.for(['documented', 'legacy'] as const)(
    'fails exactly thus under enforce, profile %s: its address has no query, so it is closed with 4000',
    async (profile, context) => {
      const python = findPython(context, 'websockets');
      const sample = await runSample(python, { profile }, parts);
      const status = await sample.ended;
      expect(closesSeen(sample.lines())).toEqual([4000]);
      // It leaves after its first message without reading, so it rarely notices; when the close is faster, it does.
      const complaint = sample.lines().findLast((line) => line.includes('ConnectionClosedError'));
      expect([status, complaint]).toEqual(
        status === 0 ? [0, undefined] : [1, expect.stringContaining('ConnectionClosedError: received 4000')],
      );
      expect(rulesBroken(sample.record())).toEqual(['A-05 fatal']);
      expect(sample.count('server.conversation-created')).toBe(0);
    },
  );

  test.for([
    ['under record', { policy: 'record' }, '', ['A-05 fatal', 'A-51 strict']],
    ['under enforce with the query that the page asks for', {}, '?response_format=text', ['A-51 strict']],
  ] as const)(
    'completes %s: it starts a conversation and leaves at once',
    async ([_name, options, query, rules], context) => {
      const sample = await runSample(findPython(context, 'websockets'), options, { ...parts, query });
      expect(await sample.ended).toBe(0);
      expect(closesSeen(sample.lines())).toEqual([1000]);
      await waitUntil('end', () => sample.record()?.close !== undefined);
      expect(sample.record()?.close).toMatchObject({ code: 1000, wasClean: true });
      expect(sample.count('client.start-conversation')).toBe(1);
      expect(rulesBroken(sample.record())).toEqual(rules);
    },
  );
});
