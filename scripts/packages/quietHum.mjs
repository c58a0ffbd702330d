// This file makes the sound of a quiet room for a fake microphone: something that can be measured, and no speech.

const SAMPLE_RATE = 16_000;
const DURATION_S = 2;
const HUM_HZ = 100;
const HEADER_BYTES = 44;

/** Level of the hum, RMS in dB of full scale. */
export const HUM_DB = -60;

/** @returns {Buffer} A WAV file, mono, 16 bit; it holds whole periods, so it can be repeated without a click. */
export function quietHum() {
  const sampleCount = SAMPLE_RATE * DURATION_S;
  const peak = 32_768 * 10 ** (HUM_DB / 20) * Math.SQRT2;
  const wav = Buffer.alloc(HEADER_BYTES + 2 * sampleCount);
  wav.write('RIFF');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  // PCM, one channel.
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(SAMPLE_RATE, 24);
  wav.writeUInt32LE(2 * SAMPLE_RATE, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(2 * sampleCount, 40);
  for (let i = 0; i < sampleCount; i++) {
    wav.writeInt16LE(Math.round(peak * Math.sin((2 * Math.PI * HUM_HZ * i) / SAMPLE_RATE)), HEADER_BYTES + 2 * i);
  }
  return wav;
}
