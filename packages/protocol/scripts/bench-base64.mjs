// This file measures how fast base64 is decoded, relative to the platform's own decoder: `node scripts/bench-base64.mjs`,
// after a build. Wanted: whole quanta ≥ 0.5 with the platform's decoder given, ≥ 0.05 without.
import { cpus } from 'node:os';
import { NO_REST, decodePiece } from '../dist/wire/base64Decode.js';

const ROUND_COUNT = 41;
/** Least CPU time of a round, in ms: long enough that the clock's resolution of 1 µs does not count. */
const ROUND_MS = 5;
/** Piece lengths: a 60 ms message, 1 s of MP3 at 32 kbit/s, 1 s and 5 s of PCM at 16 kHz. */
const PIECE_CHARS = [2560, 5336, 42_668, 213_336];

/** @param {string} text */
const byBuffer = (text) => Buffer.from(text, 'base64');
/** @param {string} text */
function byAtob(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** @type {readonly (readonly [string, (text: string) => Uint8Array])[]} */
const PLATFORMS = [
  ['Buffer', byBuffer],
  ['atob', byAtob],
];

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}; CPU time, medians of ${ROUND_COUNT} rounds`,
);
console.log('decoder  piece chars  platform MB/s  injected (ratio)   cut off quantum    pure (ratio)');
for (const [name, decodeWhole] of PLATFORMS) {
  for (const pieceChars of PIECE_CHARS) {
    const piece = makePiece(pieceChars);
    const sliced = decodePiece(NO_REST, 'AB', false).rest;
    const rates = medianRates(piece, [
      decodeWhole,
      (text) => decodePiece(NO_REST, text, false, { decodeWhole }).bytes,
      (text) => decodePiece(sliced, text, false, { decodeWhole }).bytes,
      (text) => decodePiece(NO_REST, text, false).bytes,
    ]);
    const [platform = Number.NaN, ...ours] = rates;
    const cells = ours.map((rate) => `${rate.toFixed(0)} (${(rate / platform).toFixed(3)})`.padEnd(18));
    console.log([name.padEnd(8), String(pieceChars).padEnd(12), platform.toFixed(0).padEnd(14), ...cells].join(' '));
  }
}

/** @param {number} pieceChars */
function makePiece(pieceChars) {
  const bytes = Uint8Array.from(
    { length: (pieceChars / 4) * 3 },
    (_, at) => (Math.imul(at + 1, 0x9e3779b1) >>> 13) & 255,
  );
  return Buffer.from(bytes).toString('base64');
}

/**
 * Rounds take turns, so that a busy moment of the machine hits all rows alike; they last equally long, and CPU time is what
 * counts: waiting for the CPU would slow the slow rows only.
 *
 * @param {string} piece
 * @param {((text: string) => Uint8Array)[]} decoders
 * @returns {number[]} MB of base64 per second.
 */
function medianRates(piece, decoders) {
  // Which also warms up.
  const repeatCounts = decoders.map((decode) => {
    let repeatCount = 1;
    while (roundMs(decode, piece, repeatCount) < ROUND_MS) repeatCount *= 2;
    return repeatCount;
  });
  /** @type {number[][]} */
  const rates = decoders.map(() => []);
  for (let round = 0; round < ROUND_COUNT; round++) {
    for (const shift of decoders.keys()) {
      // Each follows each: what the one before has allocated is collected, or in the caches, in the turn of the next.
      const index = round % 2 === 0 ? shift : decoders.length - 1 - shift;
      const decode = decoders[index];
      if (decode === undefined) continue;
      const repeatCount = repeatCounts[index] ?? 1;
      rates[index]?.push((repeatCount * piece.length) / roundMs(decode, piece, repeatCount) / 1000);
    }
  }
  return rates.map((row) => row.toSorted((a, b) => a - b)[row.length >> 1] ?? Number.NaN);
}

/**
 * @param {(text: string) => Uint8Array} decode
 * @param {string} piece
 * @param {number} repeatCount
 * @returns {number} CPU time, in ms.
 */
function roundMs(decode, piece, repeatCount) {
  const start = process.cpuUsage();
  let byteCount = 0;
  for (let repeat = 0; repeat < repeatCount; repeat++) byteCount += decode(piece).length;
  const { user, system } = process.cpuUsage(start);
  if (byteCount === 0) throw new Error('Nothing was decoded.');
  return (user + system) / 1000;
}
