import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assertAtMost } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { describeSocketConnector } from '../src/ports/socket.contract.ts';
import { createTestCall, FakeClock, hum, MemoryServer, type Script } from '../src/testing/index.ts';

const EXAMPLE = fileURLToPath(new URL('../docs/examples/conversation.test.mjs', import.meta.url));

for (const delayMs of [0, 40]) {
  describeSocketConnector(`Memory, ${delayMs} ms away,`, () => {
    const clock = new FakeClock();
    const server = new MemoryServer({
      clock,
      delayMs,
      onConnection: (connection) => {
        connection.onMessage = (data) => (data === 'close' ? connection.close(4001, 'bye') : connection.send(data));
      },
    });
    const connector = {
      connect: (...[request, handlers]: Parameters<typeof server.sockets.connect>) => {
        server.isReachable = request.url !== 'memory://dead';
        return server.sockets.connect(request, handlers);
      },
    };
    return Promise.resolve({
      connector,
      echoUrl: 'memory://echo',
      deadUrl: 'memory://dead',
      until: async (isTrue: () => boolean) => {
        expect(await clock.advanceUntil(isTrue, 10_000)).toBe(true);
      },
      close: () => Promise.resolve(),
    });
  });
}

describe('the testing kit', () => {
  test('runs the example of its page, from the built package, in a program of a user', () => {
    const page = readFileSync(new URL('../docs/testing.md', import.meta.url), 'utf8');
    expect(page).toContain(readFileSync(EXAMPLE, 'utf8'));
    // With the mark of a running test in it, Node's runner takes itself for a part of one and does nothing.
    const { NODE_TEST_CONTEXT: _mark, ...env } = process.env;
    const output = execFileSync(process.execPath, ['--test', '--test-reporter=tap', EXAMPLE], {
      encoding: 'utf8',
      env,
    });
    expect(output).toContain('# pass 1');
  });

  test('the agent hears every sample that was said, and the user every sample of the agent', async () => {
    const said = hum(700, { frequencyHz: 300 });
    const script: Script = [{ when: 'userSpoke', play: [{ say: 'Hm.', audio: hum(500) }] }];
    const { agent, clock, heard, microphone, next, run, session } = await createTestCall({ script });
    await run(session.connect());
    await clock.advance(100);
    microphone.say(said);
    await next('agentSpeechEnded');
    await run(session.disconnect());
    const loud = (samples: ArrayLike<number>, threshold: number): number[] =>
      Array.from(samples).filter((value) => Math.abs(value) > threshold);
    const arrived = loud(
      agent.heard.flatMap((pcm) => [...pcm]),
      33,
    );
    expect(arrived.length).toBe(loud(said, 33 / 32_768).length);
    const played = loud(heard(), 0.001);
    const sent = loud(hum(500), 0.001);
    expect(played.length).toBe(sent.length);
    played.forEach((value, i) =>
      assertAtMost('a sample', Math.abs(value - (sent[i] ?? 0)), 2 / 32_768, 'of full scale'),
    );
  });

  test('sessions side by side in one process hear their own agents and users, sample by sample', async () => {
    const lengthsMs = [500, 700, 900];
    const heardSamples = await Promise.all(
      lengthsMs.map(async (durationMs) => {
        const script: Script = [{ when: 'userSpoke', play: [{ say: 'Hm.', audio: hum(durationMs + 100) }] }];
        const { agent, heard, microphone, next, run, session } = await createTestCall({ script });
        await run(session.connect());
        microphone.say(hum(durationMs));
        await next('agentSpeechEnded');
        await run(session.disconnect());
        const isLoud = (threshold: number) => (value: number) => Math.abs(value) > threshold;
        return [
          agent.heard.flatMap((pcm) => [...pcm]).filter(isLoud(33)).length,
          Array.from(heard()).filter(isLoud(0.001)).length,
        ];
      }),
    );
    const loudOf = (durationMs: number): number =>
      Array.from(hum(durationMs)).filter((value) => Math.abs(value) > 0.001).length;
    lengthsMs.forEach((durationMs, i) => {
      assertAtMost('heard of the user', Math.abs((heardSamples[i]?.[0] ?? 0) - loudOf(durationMs)), 20, 'samples off');
      expect(heardSamples[i]?.[1]).toBe(loudOf(durationMs + 100));
    });
  });

  test('a server that does not read makes the client drop the user’s audio, and say how much', async () => {
    const { agent, clock, microphone, run, session } = await createTestCall({ script: [], reconnect: false });
    const dropped: number[] = [];
    session.on('congested', ({ droppedMs }) => dropped.push(droppedMs));
    await run(session.connect());
    agent.connection?.pause();
    microphone.say(hum(900));
    await clock.advance(900);
    agent.connection?.resume();
    await clock.advance(500);
    expect(dropped.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(300);
    await run(session.disconnect());
    expect(clock.pendingTimers).toBe(0);
  });

  test('says what it waited for in vain, and passes on what a promise was rejected with', async () => {
    const { agent, next, run, session } = await createTestCall({ script: [], reconnect: false });
    agent.setReachable(false);
    await expect(run(session.connect())).rejects.toMatchObject({ code: 'connect-failed' });
    await expect(next('transcript', 1_000)).rejects.toThrow('1000 ms of virtual time in vain for transcript');
  });

  test('a vendor without a word for it refuses it, and a conversation that cannot be resumed begins anew', async () => {
    const script: Script = [
      { when: 'connected', play: [{ waitMs: 6_000 }, { drop: true }] },
      { when: 'connected', play: [{ event: { type: 'agentAction', actionType: 'x', action: {} } }] },
      { when: 'turnEnded', play: [{ close: { code: 4000, reason: 'enough' } }] },
    ];
    const capabilities = { canResume: false, commands: ['endUserTurn'] } as const;
    const { agent, next, run, session } = await createTestCall({ script, capabilities });
    await run(session.connect());
    await expect(session.sendUserMessage('Hi')).rejects.toMatchObject({ code: 'command-not-offered' });
    expect(await next('agentAction')).toMatchObject({ actionType: 'x' });
    agent.connection?.send('no JSON');
    expect(await next('error')).toMatchObject({ code: 'malformed-message' });
    void session.endUserTurn();
    expect(await next('disconnected')).toMatchObject({ code: 'closed-by-server' });
    expect(session.status).toBe('failed');
  });
});
