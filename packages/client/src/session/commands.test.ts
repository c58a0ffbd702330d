import { describe, expect, test } from 'vitest';
import type { Receipt } from '../transport/outbox.ts';
import { Commands, type Outlook, type UserCommand } from './commands.ts';

const HELLO: UserCommand = { type: 'sendUserMessage', text: 'hello' };
const AGAIN: UserCommand = { type: 'sendUserMessage', text: 'again' };

function createCommands(outlook: Outlook = 'up', isAllowed = true) {
  const said: UserCommand[] = [];
  const receipts: Receipt[] = [];
  const world = { outlook };
  const commands = new Commands(['sendUserMessage', 'interrupt'], {
    say: (command, receipt) => {
      if (!isAllowed) return { ok: false, issues: [{ path: [], expected: 'a turn of the user', received: 'another' }] };
      said.push(command);
      receipts.push(receipt);
      return { ok: true, step: { send: [], events: [] } };
    },
    outlook: () => world.outlook,
  });
  /** The connection takes or loses all that was said. */
  const tell = (wasSent: boolean): void => {
    for (const receipt of receipts.splice(0)) receipt(wasSent);
  };
  return { commands, said, world, tell };
}

/** Whether it is answered by now. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise, Promise.resolve().then(() => pending)])) !== pending;
}

describe('Commands', () => {
  test('are said at once where there is a connection, and answered when they have left', async () => {
    const { commands, said, tell } = createCommands();
    const answer = commands.submit(HELLO);
    expect(said).toEqual([HELLO]);
    expect(await isSettled(answer)).toBe(false);
    tell(true);
    await answer;
  });

  test('wait for one that is coming, in order', async () => {
    const { commands, said, tell, world } = createCommands('coming');
    const both = [commands.submit(HELLO), commands.submit(AGAIN)];
    expect(said).toEqual([]);
    world.outlook = 'up';
    commands.release();
    tell(true);
    await Promise.all(both);
    expect(said).toEqual([HELLO, AGAIN]);
  });

  test('that a lost connection had not sent are said on the next, before what came after them', async () => {
    const { commands, said, tell, world } = createCommands();
    const both = [commands.submit(HELLO)];
    world.outlook = 'coming';
    both.push(commands.submit(AGAIN));
    tell(false);
    expect(said).toEqual([HELLO]);
    world.outlook = 'up';
    commands.release();
    expect(said).toEqual([HELLO, HELLO, AGAIN]);
    tell(true);
    await Promise.all(both);
  });

  test('that it had not sent are rejected where no other connection comes, and where they meant that one alone', async () => {
    const { commands, tell, world } = createCommands();
    const lost = commands.submit(HELLO);
    world.outlook = 'none';
    tell(false);
    await expect(lost).rejects.toMatchObject({ code: 'not-connected' });
    world.outlook = 'up';
    const interruption = commands.submit({ type: 'interrupt' });
    tell(false);
    await expect(interruption).rejects.toMatchObject({ code: 'not-connected' });
  });

  test.each([
    ['without a session', HELLO, 'none', 'not-connected'],
    ['that the vendor does not have', { type: 'finish' }, 'up', 'command-not-offered'],
  ] as const)('%s are rejected with their reason', async (_name, command, outlook, code) => {
    await expect(createCommands(outlook).commands.submit(command)).rejects.toMatchObject({ code });
  });

  test('that the protocol refuses carry its issues', async () => {
    const { commands } = createCommands('up', false);
    await expect(commands.submit(HELLO)).rejects.toMatchObject({
      code: 'command-refused',
      details: { issues: [{ expected: 'a turn of the user' }] },
    });
  });

  test('that still wait at the end are rejected, each once; the 101st never waits', async () => {
    const { commands } = createCommands('coming');
    const waiting = Array.from({ length: 100 }, () => commands.submit(HELLO));
    await expect(commands.submit(HELLO)).rejects.toMatchObject({ code: 'command-refused' });
    commands.rejectAll();
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  });

  test('that nobody looks at are no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    void createCommands('none').commands.submit(HELLO);
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});
