import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assertAtLeast, assertAtMost, measureRmsDb } from '@voicewire/testkit';
import { loadDsp } from '@voicewire/dsp-wasm';
import { describe, expect, test } from 'vitest';
import { speaker, startSandbox } from '../../src/node/index.ts';
import { createRateConverter } from '../../src/node/rateConverter.ts';
import { createInstalledSynthesizer, findSynthesizer } from '../../src/node/synthesizers.ts';
import { WebSocketClient, fetchCredentials, sleep } from './webSocketClient.ts';

const convert = createRateConverter(await loadDsp());
const synthesizer = await findSynthesizer(convert);

describe('findSynthesizer', () => {
  test('an installed program speaks any text, also one that looks like options', async ({ skip }) => {
    if (synthesizer === undefined) skip('neither flite nor espeak-ng is installed');
    for (const text of ['The weather is nice today.', '--help; rm -rf $(pwd) `id`', '-o /tmp/voicewire-never']) {
      const pcm = await synthesizer?.synthesize(text);
      const samples = Float32Array.from(pcm ?? [], (sample) => sample / 32_768);
      assertAtLeast(`length of "${text}"`, samples.length / 16, 500, 'ms');
      assertAtMost(`length of "${text}"`, samples.length / 16, 20_000, 'ms');
      assertAtLeast(`level of "${text}"`, measureRmsDb(samples), -40, 'dB');
    }
  });

  test('the agent speaks a text without clips with it, over the wire', async ({ skip }) => {
    if (synthesizer === undefined) skip('neither flite nor espeak-ng is installed');
    const agent = speaker({ lines: ['This sentence was never recorded.'] });
    const sandbox = await startSandbox({ agent, record: true });
    const client = new WebSocketClient(await fetchCredentials(sandbox.endpoints.voiceApi));
    await client.waitFor('agent_ready');
    await sleep(3500);
    await sandbox.close();
    const [line] = sandbox.ledger.connections[0]?.lines ?? [];
    expect(line?.text).toBe('This sentence was never recorded.');
    assertAtLeast('speech', client.heardPcm.length / 16, 1000, 'ms');
  });

  test('without any program on the PATH there is none, and nothing is thrown', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    try {
      expect(await findSynthesizer(convert)).toBeUndefined();
      const rejection = expect.objectContaining({ code: 'synthesis-failed' }) as unknown;
      await expect(createInstalledSynthesizer(convert).synthesize('hello')).rejects.toEqual(rejection);
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('the committed clips', () => {
  test('are what the script renders, byte by byte', ({ skip }) => {
    if (synthesizer?.name !== 'flite slt') skip('flite is not installed');
    const script = fileURLToPath(new URL('../../scripts/makeClips.mjs', import.meta.url));
    const output = execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect(output).toMatch(/^130 clips, 136\.\d s, 2\.\d\d MB\n$/);
  });
});

describe('createRateConverter', () => {
  test('22,050 samples at 22.05 kHz are 16,000 samples at 16 kHz, a tone keeps its level', () => {
    const pcm = Int16Array.from({ length: 22_050 }, (_, i) =>
      Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / 22_050)),
    );
    const converted = convert({ sampleRate: 22_050, pcm });
    expect(converted.length).toBe(16_000);
    const level = measureRmsDb(Float32Array.from(converted.subarray(1000, 15_000), (x) => x / 32_768));
    assertAtLeast('level', level, -15.3, 'dB');
    assertAtMost('level', level, -15.2, 'dB');
  });

  test('16 kHz passes as it is; a rate the resampler does not know is synthesis-failed', () => {
    const pcm = Int16Array.of(1, 2, 3);
    expect(convert({ sampleRate: 16_000, pcm })).toBe(pcm);
    expect(() => convert({ sampleRate: 12_345, pcm })).toThrow(expect.objectContaining({ code: 'synthesis-failed' }));
  });
});
