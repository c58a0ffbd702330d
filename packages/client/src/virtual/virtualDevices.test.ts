import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDsp } from '@voicewire/dsp-wasm';
import { encodeWav } from '@voicewire/testkit';
import { afterAll, beforeAll } from 'vitest';
import { WavInput } from '../node/wavInput.ts';
import { WavOutput } from '../node/wavOutput.ts';
import { describeAudioInput } from '../ports/audioInput.contract.ts';
import { describeAudioOutput } from '../ports/audioOutput.contract.ts';
import { FakeClock } from '../testing/fakeClock.ts';
import { VirtualMicrophone } from './virtualMicrophone.ts';
import { VirtualSpeaker } from './virtualSpeaker.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voicewire-devices-'));
  await writeFile(
    join(folder, 'input.wav'),
    encodeWav({ sampleRate: 44_100, channelCount: 1, samples: new Int16Array(44_100).fill(9_000) }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function createTime() {
  const clock = new FakeClock(5_000);
  return { clock, nowMs: () => clock.nowMs(), pass: (durationMs: number) => clock.advance(durationMs) };
}

for (const sampleRate of [16_000, 48_000]) {
  describeAudioOutput(`A virtual speaker at ${sampleRate} Hz`, async () => {
    const { clock, ...time } = createTime();
    const speaker = new VirtualSpeaker({ clock, dsp: await loadDsp(), sampleRate, outputLatencyMs: 35 });
    return { output: speaker, ...time };
  });
  describeAudioInput(`A virtual microphone at ${sampleRate} Hz`, async () => {
    const { clock, ...time } = createTime();
    const microphone = new VirtualMicrophone({ clock, dsp: await loadDsp(), sampleRate });
    return { input: microphone, sampleRate, toleranceMs: 12.5, ...time };
  });
}

describeAudioOutput('A virtual speaker with a clock of its own', async () => {
  const { clock, ...time } = createTime();
  const skew = { offsetMs: 30, driftPpm: 150 };
  return { output: new VirtualSpeaker({ clock, dsp: await loadDsp(), skew }), ...time };
});

describeAudioOutput('A WAV file', () => {
  const { clock, ...time } = createTime();
  return Promise.resolve({ output: new WavOutput(join(folder, 'output.wav'), clock, () => loadDsp()), ...time });
});

describeAudioInput('A WAV file', () => {
  const { clock, ...time } = createTime();
  const input = new WavInput(join(folder, 'input.wav'), clock, () => loadDsp());
  return Promise.resolve({ input, sampleRate: 44_100, toleranceMs: 12.5, ...time });
});
