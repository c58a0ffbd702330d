import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { s32, u32, vector } from '../scripts/scalar/bytes.mjs';
import { F32, F64, I32, I64, LANE_OPS, V128 } from '../scripts/scalar/laneOps.mjs';
import { lowerModule } from '../scripts/scalar/lowerModule.mjs';

const MEMORY_BYTES = 65_536;
const CHECKED_BYTES = 1024;
/** Where instructions that take an address read and write. */
const ADDRESS = 512;
const RESULT_AT = 256;

/** [load, store] by type. */
const ACCESS = new Map([
  [I32, [[0x28], [0x36]]],
  [I64, [[0x29], [0x37]]],
  [F32, [[0x2a], [0x38]]],
  [F64, [[0x2b], [0x39]]],
  [
    V128,
    [
      [0xfd, 0],
      [0xfd, 11],
    ],
  ],
]);
const MEMORY_OPS = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93]);
const LANE_MEMORY_OPS = new Set([84, 85, 86, 87, 88, 89, 90, 91]);
const LANE_NUMBER_OPS = new Set([21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34]);

/** What follows the instruction's number. */
function immediatesOf(number: number): number[] {
  if (number === 12) return Array.from({ length: 16 }, (_, i) => (i * 37 + 200) & 255);
  if (number === 13) return [4, 5, 6, 7, 16, 17, 18, 19, 3, 31, 0, 9, 28, 29, 30, 31];
  const lane = LANE_MEMORY_OPS.has(number) || LANE_NUMBER_OPS.has(number) ? [1] : [];
  return MEMORY_OPS.has(number) ? [0, ...u32(20), ...lane] : lane;
}

/** A module whose function `run` applies one instruction to operands from memory, and keeps its result there. */
function makeModule(number: number): Uint8Array {
  const { takes, gives } = LANE_OPS.get(number) ?? expect.fail(`No instruction ${number}.`);
  const access = (type: number, which: 0 | 1): number[] => [...(ACCESS.get(type)?.[which] ?? []), 0, 0];
  const operands = takes.flatMap((type, i) =>
    i === 0 && MEMORY_OPS.has(number) ? [0x41, ...s32(ADDRESS)] : [0x41, ...s32(32 * i), ...access(type, 0)],
  );
  const code = [...operands, 0xfd, ...u32(number), ...immediatesOf(number)];
  const body = gives === undefined ? code : [0x41, ...s32(RESULT_AT), ...code, ...access(gives, 1)];
  const sections = [
    [1, vector([[0x60, 0, 0]])],
    [2, vector([[3, 0x65, 0x6e, 0x76, 1, 0x6d, 2, 0, 1]])],
    [3, vector([[0]])],
    [7, vector([[3, 0x72, 0x75, 0x6e, 0, 0]])],
    [10, vector([[...u32(body.length + 2), 0, ...body, 0x0b]])],
  ] as const;
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.from([...header, ...sections.flatMap(([id, bytes]) => [id, ...u32(bytes.length), ...bytes])]);
}

/** The memory after `run`, as words; every NaN is the same one, for its payload is up to the machine. */
function runOver(wasm: Uint8Array, content: Uint8Array, isFloat: boolean): number[] {
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).set(content);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm.slice()), { env: { m: memory } });
  (exports as { run(): void }).run();
  expect(memory.buffer.byteLength).toBe(MEMORY_BYTES);
  const words = [...new Int32Array(memory.buffer, 0, CHECKED_BYTES / 4)];
  if (!isFloat) return words;
  const floats = new Float32Array(memory.buffer, 0, CHECKED_BYTES / 4);
  const doubles = new Float64Array(memory.buffer, 0, CHECKED_BYTES / 8);
  return words.map((word, i) => (Number.isNaN(floats[i]) || Number.isNaN(doubles[i >> 1]) ? 0x7fc0_0000 : word));
}

/** Operands as bytes: any bits, then values where integers saturate and floats are ordinary or extreme. */
function makeContents(number: number): Uint8Array[] {
  const random = createSeededRandom(number + 1);
  const anyBits = (): Uint8Array => Uint8Array.from({ length: CHECKED_BYTES }, () => random.integer(0, 255));
  const integers = [0, 1, -1, 127, -128, 32_767, -32_768, 40_000, -40_000, 2 ** 31 - 1, -(2 ** 31)];
  const floats = [0, -0, 0.5, -1.5, 2.5, 1e-42, 3.4e38, -3.4e38, Number.POSITIVE_INFINITY, Number.NaN, 40_000.7];
  const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)] ?? expect.fail('empty');
  const ofIntegers = Int32Array.from({ length: CHECKED_BYTES / 4 }, () => pick(integers));
  const ofFloats = Float32Array.from({ length: CHECKED_BYTES / 4 }, () => pick(floats));
  const ofDoubles = Float64Array.from({ length: CHECKED_BYTES / 8 }, () => pick(floats));
  return [
    ...Array.from({ length: 30 }, anyBits),
    ...[ofIntegers, ofFloats, ofDoubles].map(({ buffer }) => new Uint8Array(buffer)),
  ];
}

const isFloatOp = (number: number): boolean => (number >= 94 && number <= 106) || number >= 224;

describe('every SIMD instruction of the specification', () => {
  test.each([...LANE_OPS.keys()].sort((a, b) => a - b).map((number) => [number]))(
    '0xfd %i does the same without SIMD, on 33 sets of operands',
    (number) => {
      const wasm = makeModule(number);
      const lowered = lowerModule(wasm);
      for (const content of makeContents(number)) {
        const wanted = runOver(wasm, content, isFloatOp(number));
        expect(runOver(lowered, content, isFloatOp(number))).toEqual(wanted);
      }
    },
  );

  test('all 236 are there', () => {
    expect(LANE_OPS.size).toBe(236);
  });

  test('one that it cannot lower stops the build by its number', () => {
    const wasm = makeModule(174);
    // i32x4.add becomes a number that the specification gives to nobody.
    const at = wasm.findIndex((byte, i) => byte === 0xfd && wasm[i + 1] === 0xae);
    wasm.set([0x9a], at + 1);
    expect(() => lowerModule(wasm)).toThrow('0xfd 154 has no scalar twin');
  });
});
