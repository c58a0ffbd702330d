import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Vendor } from '@voicewire/protocol';
import { amigo } from '@voicewire/protocol/amigo';
import { soca } from '@voicewire/protocol/soca';
import { voiceApi } from '@voicewire/protocol/voice-api';
import type { Relay } from '@voicewire/relay';
import { startSandbox, type RunningSandbox } from '@voicewire/sandbox';
import { assertAtLeast, decodeWav, encodeWav, findBestCorrelation } from '@voicewire/testkit';
import { afterEach, expect, test } from 'vitest';
import { createVoiceSession, fetchCredentials, wavFile } from '../../src/node/index.ts';
import { relayFor } from '../relayFor.ts';
import { arrange, resample, speak } from '../speechFixture.ts';

const WIRE_RATE = 16_000;
/** Speech that the agent hears and gives back. */
const line = await speak('I heard you.');

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

/** @returns The relay, and where it is. */
async function startRelay(sandbox: RunningSandbox): Promise<{ relay: Relay; url: string }> {
  const relay = relayFor(sandbox, { origins: [], allowsPrograms: true });
  const server = createServer((request, response) => void relay.handleRequest(request, response));
  server.on('upgrade', (request, socket, head) => relay.handleUpgrade(request, socket, head) || socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(async () => {
    await relay.drain();
    await new Promise((resolve) => server.close(resolve));
  });
  return { relay, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const VENDORS: Readonly<Record<string, (url: string, sandbox: RunningSandbox) => Vendor>> = {
  voice: (url) => voiceApi({ credentials: () => fetchCredentials(`${url}/voice-token`) }),
  amigo: (url, { endpoints: { amigo: access } }) =>
    amigo({
      organization: access.organization,
      serviceId: access.serviceId,
      baseUrl: `${url}/amigo`,
      credentials: () => fetchCredentials(`${url}/amigo-token`),
    }),
  soca: (url, { endpoints }) =>
    soca({
      agentId: endpoints.soca.agentId,
      language: 'en',
      credentials: () => fetchCredentials(`${url}/soca-token`),
    }),
};

test.each(Object.entries(VENDORS))(
  '%s through the relay: speech goes up, its echo comes back, and the ledger has nothing to say',
  async (_name, createVendor) => {
    const folder = await mkdtemp(join(tmpdir(), 'voicewire-relay-'));
    closings.push(() => rm(folder, { recursive: true, force: true }));
    const sandbox = await startSandbox({ record: true, agent: 'echo' });
    closings.push(() => sandbox.close());
    const { relay, url } = await startRelay(sandbox);
    const [inputPath, outputPath] = [join(folder, 'input.wav'), join(folder, 'output.wav')];
    const { samples } = arrange([line], [1_500, 500], WIRE_RATE);
    await writeFile(inputPath, encodeWav({ sampleRate: WIRE_RATE, channelCount: 1, samples }));
    const session = createVoiceSession({
      vendor: createVendor(url, sandbox),
      input: wavFile(inputPath),
      output: wavFile(outputPath),
    });
    const errors: unknown[] = [];
    session.on('error', (error) => void errors.push(error));
    const spoken = new Promise((resolve) => session.on('agentSpeechEnded', resolve));
    await session.connect();
    await spoken;
    await session.disconnect();
    for (const endMs = Date.now() + 5_000; relay.connectionCount > 0 && Date.now() < endMs;)
      await new Promise((resolve) => setTimeout(resolve, 10));

    const [connection] = sandbox.ledger.connections;
    if (connection === undefined) throw new Error('Nobody connected.');
    assertAtLeast('uplink', findBestCorrelation(line, connection.receivedPcm()).correlation, 0.999, '');
    const recording = decodeWav(await readFile(outputPath));
    const heard = await resample(recording.samples, recording.sampleRate, WIRE_RATE);
    assertAtLeast('downlink', findBestCorrelation(connection.sentPcm(), heard).correlation, 0.95, '');
    expect(errors).toEqual([]);
    expect(relay.connectionCount).toBe(0);
    expect(sandbox.ledger.violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
  },
);
