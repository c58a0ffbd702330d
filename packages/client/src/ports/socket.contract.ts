// This file holds what every socket connector promises; each implementation's test runs it against an echoing server.
import { describe, expect, test } from 'vitest';
import type { Socket, SocketClose, SocketConnector } from './socket.ts';

/** A connector under test. */
export interface ConnectorUnderTest {
  readonly connector: SocketConnector;
  /** Address of a server that sends back every message and closes with 4001 and `bye` when told "close". */
  readonly echoUrl: string;
  /** Address where nothing listens. */
  readonly deadUrl: string;
  /** Lets things happen. */
  until(isTrue: () => boolean): Promise<void>;
}

interface Log {
  readonly entries: string[];
  readonly messages: (string | Uint8Array)[];
  readonly closes: SocketClose[];
}

function open({ connector }: ConnectorUnderTest, url: string): { socket: Socket; log: Log } {
  const log: Log = { entries: [], messages: [], closes: [] };
  const socket = connector.connect(
    { url, subprotocols: [], maxMessageBytes: 100_000 },
    {
      onAlive: () => undefined,
      onOpen: () => void log.entries.push('open'),
      onMessage: (data) => {
        log.entries.push('message');
        log.messages.push(data);
      },
      onClose: (close) => {
        log.entries.push('close');
        log.closes.push(close);
      },
    },
  );
  log.entries.push('connect returned');
  return { socket, log };
}

/** @param create Makes one for each test; `close` is called after it. */
export function describeSocketConnector(
  name: string,
  create: () => Promise<ConnectorUnderTest & { close(): Promise<void> }>,
): void {
  const run = (body: (under: ConnectorUnderTest) => Promise<void>) => async () => {
    const under = await create();
    await body(under).finally(() => under.close());
  };

  describe(`${name} as a socket connector`, () => {
    test(
      'opens after connect has returned, carries text and bytes both ways in order, and closes once',
      run(async (under) => {
        const { socket, log } = open(under, under.echoUrl);
        await under.until(() => log.entries.includes('open'));
        expect(log.entries).toEqual(['connect returned', 'open']);
        socket.send('grüße');
        const bytes = Uint8Array.of(0, 1, 254, 255);
        socket.send(bytes);
        bytes.fill(7);
        await under.until(() => log.messages.length === 2);
        expect(log.messages).toEqual(['grüße', Uint8Array.of(0, 1, 254, 255)]);
        socket.close(1000, 'done');
        await under.until(() => log.closes.length > 0);
        expect(log.closes).toHaveLength(1);
        expect(log.closes[0]).toMatchObject({ code: 1000, wasClean: true });
      }),
    );

    test(
      'tells the code and reason of a close by the server',
      run(async (under) => {
        const { socket, log } = open(under, under.echoUrl);
        await under.until(() => log.entries.includes('open'));
        socket.send('close');
        await under.until(() => log.closes.length > 0);
        expect(log.closes).toEqual([{ code: 4001, reason: 'bye', wasClean: true }]);
      }),
    );

    test(
      'a connection that cannot be made is one close with 1006, and no open',
      run(async (under) => {
        const { log } = open(under, under.deadUrl);
        await under.until(() => log.closes.length > 0);
        expect(log.entries).toEqual(['connect returned', 'close']);
        expect(log.closes[0]).toMatchObject({ code: 1006, wasClean: false });
      }),
    );

    test(
      'a socket that is given up while it opens closes once and never opens',
      run(async (under) => {
        const { socket, log } = open(under, under.echoUrl);
        socket.close(1000);
        await under.until(() => log.closes.length > 0);
        expect(log.entries.filter((entry) => entry !== 'connect returned')).toEqual(['close']);
      }),
    );
  });
}
