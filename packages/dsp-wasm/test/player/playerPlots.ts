// This file draws waveforms and spectrograms as SVG.
import { crc32, deflateSync } from 'node:zlib';

export interface PlottedSound {
  readonly title: string;
  readonly samples: ArrayLike<number>;
  /** Spans to shade, as indices of samples. */
  readonly spans?: readonly (readonly [number, number])[];
}

const [WIDTH, ROW_HEIGHT, LEFT, TITLE_HEIGHT] = [760, 110, 10, 22];
/** ms. */
const [FRAME_MS, HOP_MS] = [25, 4];
const [TOP_HZ, BIN_COUNT] = [4000, 100];
/** dB below the loudest that is drawn as nothing. */
const RANGE_DB = 60;

/** One below the other, on one time line. */
export function plotWaveforms(sounds: readonly PlottedSound[], sampleRate: number): string {
  const longest = Math.max(...sounds.map(({ samples }) => samples.length));
  return plotRows(sounds, longest, sampleRate, ({ samples, spans = [] }, top) => {
    const toX = (n: number): number => LEFT + (n * WIDTH) / longest;
    const middle = top + ROW_HEIGHT / 2;
    const points: string[] = [];
    for (let x = 0; x < (samples.length * WIDTH) / longest; x += 0.5) {
      const [least, most] = extent(
        samples,
        Math.floor((x * longest) / WIDTH),
        Math.ceil(((x + 0.5) * longest) / WIDTH),
      );
      points.push(...[least, most].map((y) => `${(LEFT + x).toFixed(1)},${(middle - y * ROW_HEIGHT).toFixed(1)}`));
    }
    return [
      ...spans.map(
        ([from, to]) =>
          `<rect x="${toX(from).toFixed(1)}" y="${top}" width="${Math.max(toX(to) - toX(from), 1).toFixed(1)}" height="${ROW_HEIGHT}" fill="#d9730d" opacity="0.3"/>`,
      ),
      `<polyline fill="none" stroke="#1f7ae0" stroke-width="0.8" points="${points.join(' ')}"/>`,
    ];
  });
}

/** The same by frequency, 0 to 4 kHz: the louder the darker, down to -60 dB of the loudest. */
export function plotSpectrograms(sounds: readonly PlottedSound[], sampleRate: number): string {
  const longest = Math.max(...sounds.map(({ samples }) => samples.length));
  return plotRows(sounds, longest, sampleRate, ({ samples }, top) => {
    const columns = spectrogram(samples, sampleRate);
    const png = encodeGrey(columns).toString('base64');
    const width = ((samples.length * WIDTH) / longest).toFixed(1);
    return [
      `<image x="${LEFT}" y="${top}" width="${width}" height="${ROW_HEIGHT}" preserveAspectRatio="none" href="data:image/png;base64,${png}"/>`,
    ];
  });
}

function plotRows(
  sounds: readonly PlottedSound[],
  longest: number,
  sampleRate: number,
  draw: (sound: PlottedSound, top: number) => string[],
): string {
  const height = sounds.length * (ROW_HEIGHT + TITLE_HEIGHT) + 30;
  const toX = (n: number): number => LEFT + (n * WIDTH) / longest;
  const durationMs = (longest * 1000) / sampleRate;
  const stepMs = durationMs > 500 ? 200 : 20;
  const ticksMs = Array.from({ length: Math.ceil(durationMs / stepMs) }, (_, i) => i * stepMs);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH + 2 * LEFT} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH + 2 * LEFT}" height="${height}" fill="#fff"/>`,
    ...sounds.flatMap((sound, i) => {
      const top = i * (ROW_HEIGHT + TITLE_HEIGHT) + TITLE_HEIGHT;
      return [
        `<text x="${LEFT}" y="${top - 6}">${sound.title}</text>`,
        ...draw(sound, top),
        `<rect x="${LEFT}" y="${top}" width="${WIDTH}" height="${ROW_HEIGHT}" fill="none" stroke="#888"/>`,
      ];
    }),
    ...ticksMs.map(
      (ms) => `<text x="${toX((ms * sampleRate) / 1000).toFixed(1)}" y="${height - 14}" fill="#555">${ms} ms</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}

function extent(samples: ArrayLike<number>, from: number, to: number): [least: number, most: number] {
  let [least, most] = [samples[from] ?? 0, samples[from] ?? 0];
  for (let n = from + 1; n < Math.min(to, samples.length); n++) {
    least = Math.min(least, samples[n] ?? 0);
    most = Math.max(most, samples[n] ?? 0);
  }
  return [least, most];
}

/** Powers by time and frequency. */
function spectrogram(samples: ArrayLike<number>, sampleRate: number): number[][] {
  const [frame, hop] = [FRAME_MS, HOP_MS].map((ms) => Math.round((sampleRate * ms) / 1000)) as [number, number];
  const count = Math.max(1, Math.floor((samples.length - frame) / hop));
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: BIN_COUNT }, (_bin, bin) => {
      const radPerSample = (2 * Math.PI * TOP_HZ * (bin + 0.5)) / BIN_COUNT / sampleRate;
      let [re, im] = [0, 0];
      for (let n = 0; n < frame; n++) {
        const x = (samples[i * hop + n] ?? 0) * (1 - Math.cos((2 * Math.PI * (n + 0.5)) / frame));
        re += x * Math.cos(radPerSample * n);
        im += x * Math.sin(radPerSample * n);
      }
      return re * re + im * im;
    }),
  );
}

/** A PNG of 8-bit grey: columns from left to right, each from the lowest frequency, which is at the bottom, up. */
function encodeGrey(columns: readonly (readonly number[])[]): Buffer {
  const [width, height] = [columns.length, BIN_COUNT];
  const loudest = Math.max(...columns.map((column) => Math.max(...column)), 1e-12);
  const rows = Buffer.alloc((width + 1) * height);
  for (const [x, column] of columns.entries()) {
    for (const [bin, power] of column.entries()) {
      const db = 10 * Math.log10(power / loudest + 1e-12);
      // In steps of 4 dB, which compress well.
      const shade = Math.min(255, Math.round((255 * -Math.round(db / 4) * 4) / RANGE_DB));
      rows[(height - 1 - bin) * (width + 1) + 1 + x] = shade;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...chunks]);
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
