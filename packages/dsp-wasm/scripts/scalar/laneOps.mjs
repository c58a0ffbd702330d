// This file says what each SIMD instruction is in scalar ones: a vector is four i32 words, the lowest lanes first.
import { s32, u32 } from './bytes.mjs';

/** Types of values, as in the binary format. */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;

/**
 * @typedef {readonly number[]} Code Pushes one value. Reads locals only, so it may be used more than once.
 * @typedef {(code: Code, type: number) => Code} Keep Puts a value into a local of its own, and gives the code to read it.
 *
 * @typedef {object} LaneOp
 * @property {number[]} takes Types of the operands, the last one on top.
 * @property {number} [gives] Type of the result; none for stores.
 * @property {(operands: any[], keep: Keep, read: import('./bytes.mjs').Reader) => readonly Code[] | Code} lower Vectors
 *   come and go as four words; `read` is at the instruction's immediates.
 */

const op =
  (/** @type {number} */ opcode) =>
  (/** @type {Code[]} */ ...operands) => [...operands.flat(), opcode];
const constant = (/** @type {number} */ value) => [0x41, ...s32(value)];
const [and, or, xor, add, sub, mul] = [0x71, 0x72, 0x73, 0x6a, 0x6b, 0x6c].map((code) => op(code));
const [shl, shrS, shrU] = [0x74, 0x75, 0x76].map((code) => op(code));
const [ltS, gtS] = [0x48, 0x4a].map((code) => op(code));
const ne = op(0x47);
const select = op(0x1b);
const mask = (/** @type {Code} */ isTrue) => sub(constant(0), isTrue);
const f32 = op(0xbe);
const fromF32 = op(0xbc);
const wrap = op(0xa7);
const FOUR = [0, 1, 2, 3];

/** Words to f64, and back to two words. */
const i64 = (/** @type {Code} */ low, /** @type {Code} */ high) => [...low, 0xad, ...high, 0xad, 0x42, 32, 0x86, 0x84];
const f64 = (/** @type {Code} */ low, /** @type {Code} */ high) => [...i64(low, high), 0xbf];
const words64 = (/** @type {Code} */ value, /** @type {Keep} */ keep) => {
  const kept = keep(value, I64);
  return [wrap(kept), wrap([...kept, 0x42, 32, 0x88])];
};
const wordsF64 = (/** @type {Code} */ value, /** @type {Keep} */ keep) => words64([...value, 0xbd], keep);

/** Narrow lanes of words: `bits` is 8 or 16. */
const laneOf = (
  /** @type {Code[]} */ words,
  /** @type {number} */ bits,
  /** @type {number} */ lane,
  /** @type {boolean} */ isSigned,
) => {
  const perWord = 32 / bits;
  const word = words[Math.floor(lane / perWord)] ?? [];
  const up = 32 - bits - (lane % perWord) * bits;
  const high = up === 0 ? word : shl(word, constant(up));
  return (isSigned ? shrS : shrU)(high, constant(32 - bits));
};
const pack = (/** @type {Code[]} */ lanes, /** @type {number} */ bits) => {
  const perWord = 32 / bits;
  return Array.from({ length: lanes.length / perWord }, (_, word) =>
    lanes
      .slice(word * perWord, (word + 1) * perWord)
      .map((lane, i) => shl(and(lane, constant(2 ** bits - 1)), constant(i * bits)))
      .reduce((packed, lane) => or(packed, lane)),
  );
};
const lanesOf = (/** @type {Code[]} */ words, /** @type {number} */ bits, /** @type {boolean} */ isSigned) =>
  Array.from({ length: 128 / bits }, (_, lane) => laneOf(words, bits, lane, isSigned));
const least = (/** @type {Code} */ a, /** @type {Code} */ b) => select(a, b, ltS(a, b));
const most = (/** @type {Code} */ a, /** @type {Code} */ b) => select(a, b, gtS(a, b));
const clampTo =
  (/** @type {number} */ low, /** @type {number} */ high, /** @type {Keep} */ keep) => (/** @type {Code} */ x) =>
    most(keep(least(keep(x, I32), constant(high)), I32), constant(low));

/** @type {Map<number, LaneOp>} By the number that follows 0xfd. */
export const LANE_OPS = new Map();

const unary = (/** @type {number} */ number, /** @type {(a: Code[], keep: Keep) => readonly Code[]} */ lower) =>
  LANE_OPS.set(number, { takes: [V128], gives: V128, lower: ([a], keep) => lower(a, keep) });
const binary = (
  /** @type {number} */ number,
  /** @type {(a: Code[], b: Code[], keep: Keep) => readonly Code[]} */ lower,
) => LANE_OPS.set(number, { takes: [V128, V128], gives: V128, lower: ([a, b], keep) => lower(a, b, keep) });
const eachWord = (/** @type {number} */ number, /** @type {(a: Code, b: Code, keep: Keep) => Code} */ lower) =>
  binary(number, (a, b, keep) => FOUR.map((i) => lower(a[i] ?? [], b[i] ?? [], keep)));
const eachOf = (/** @type {number} */ number, /** @type {(a: Code, keep: Keep) => Code} */ lower) =>
  unary(number, (a, keep) => a.map((word) => lower(word, keep)));
const eachHalf = (/** @type {number} */ number, /** @type {(a: Code, b: Code, keep: Keep) => Code} */ lower) =>
  binary(number, ([a0 = [], a1 = [], a2 = [], a3 = []], [b0 = [], b1 = [], b2 = [], b3 = []], keep) => [
    ...wordsF64(lower(f64(a0, a1), f64(b0, b1), keep), keep),
    ...wordsF64(lower(f64(a2, a3), f64(b2, b3), keep), keep),
  ]);

// v128: bitwise.
eachOf(77, (a) => xor(a, constant(-1)));
eachWord(78, (a, b) => and(a, b));
eachWord(79, (a, b) => and(a, xor(b, constant(-1))));
eachWord(80, (a, b) => or(a, b));
eachWord(81, (a, b) => xor(a, b));
LANE_OPS.set(82, {
  takes: [V128, V128, V128],
  gives: V128,
  lower: ([a, b, c]) => FOUR.map((i) => or(and(a[i], c[i]), and(b[i], xor(c[i], constant(-1))))),
});
LANE_OPS.set(83, { takes: [V128], gives: I32, lower: ([[a, b, c, d]]) => ne(or(or(a, b), or(c, d)), constant(0)) });

// i32x4.
for (const [i, code] of [0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f].entries()) {
  eachWord(55 + i, (a, b) => mask(op(code)(a, b)));
  for (const [first, bits] of /** @type {const} */ ([
    [35, 8],
    [45, 16],
  ])) {
    const isSigned = ![0x49, 0x4b, 0x4d, 0x4f].includes(code);
    binary(first + i, (a, b) => {
      const [x, y] = [lanesOf(a, bits, isSigned), lanesOf(b, bits, isSigned)];
      return pack(
        x.map((lane, n) => mask(op(code)(lane, y[n] ?? []))),
        bits,
      );
    });
  }
}
for (const [number, code] of /** @type {const} */ ([
  [174, 0x6a],
  [177, 0x6b],
  [181, 0x6c],
])) {
  eachWord(number, (a, b) => op(code)(a, b));
}
for (const [number, code] of /** @type {const} */ ([
  [182, 0x48],
  [183, 0x49],
  [184, 0x4a],
  [185, 0x4b],
])) {
  eachWord(number, (a, b) => select(a, b, op(code)(a, b)));
}
eachOf(160, (a) => select(sub(constant(0), a), a, ltS(a, constant(0))));
eachOf(161, (a) => sub(constant(0), a));
for (const [number, code] of /** @type {const} */ ([
  [171, 0x74],
  [172, 0x75],
  [173, 0x76],
])) {
  LANE_OPS.set(number, {
    takes: [V128, I32],
    gives: V128,
    lower: ([a, by]) => a.map((/** @type {Code} */ word) => op(code)(word, by)),
  });
}
binary(186, (a, b) => {
  const [x, y] = [lanesOf(a, 16, true), lanesOf(b, 16, true)];
  return FOUR.map((i) => add(mul(x[2 * i] ?? [], y[2 * i] ?? []), mul(x[2 * i + 1] ?? [], y[2 * i + 1] ?? [])));
});
for (const [number, isSigned] of /** @type {const} */ ([
  [126, true],
  [127, false],
])) {
  unary(number, (a) => {
    const lanes = lanesOf(a, 16, isSigned);
    return FOUR.map((i) => add(lanes[2 * i] ?? [], lanes[2 * i + 1] ?? []));
  });
}
for (const [number, first, isSigned] of /** @type {const} */ ([
  [167, 0, true],
  [168, 4, true],
  [169, 0, false],
  [170, 4, false],
])) {
  unary(number, (a) => FOUR.map((i) => laneOf(a, 16, first + i, isSigned)));
}

// i16x8 and i8x16.
for (const [bits, [sum, difference, lowest, lowestU, highest, highestU]] of /** @type {const} */ ([
  [8, [110, 113, 118, 119, 120, 121]],
  [16, [142, 145, 150, 151, 152, 153]],
])) {
  const each = (
    /** @type {number} */ number,
    /** @type {boolean} */ isSigned,
    /** @type {(a: Code, b: Code) => Code} */ lower,
  ) =>
    binary(number, (a, b) => {
      const [x, y] = [lanesOf(a, bits, isSigned), lanesOf(b, bits, isSigned)];
      return pack(
        x.map((lane, n) => lower(lane, y[n] ?? [])),
        bits,
      );
    });
  each(sum, false, (a, b) => add(a, b));
  each(difference, false, (a, b) => sub(a, b));
  each(lowest, true, least);
  each(lowestU, false, least);
  each(highest, true, most);
  each(highestU, false, most);
  unary(bits === 8 ? 96 : 128, (a) =>
    pack(
      lanesOf(a, bits, true).map((x) => select(sub(constant(0), x), x, ltS(x, constant(0)))),
      bits,
    ),
  );
}
binary(149, (a, b) => {
  const [x, y] = [lanesOf(a, 16, false), lanesOf(b, 16, false)];
  return pack(
    x.map((lane, n) => mul(lane, y[n] ?? [])),
    16,
  );
});
for (const [number, low, high] of /** @type {const} */ ([
  [133, -32_768, 32_767],
  [134, 0, 65_535],
])) {
  binary(number, (a, b, keep) => pack([...a, ...b].map(clampTo(low, high, keep)), 16));
}

// i64x2.
for (const [number, code] of /** @type {const} */ ([
  [206, 0x7c],
  [209, 0x7d],
  [213, 0x7e],
])) {
  binary(number, ([a0 = [], a1 = [], a2 = [], a3 = []], [b0 = [], b1 = [], b2 = [], b3 = []], keep) => [
    ...words64([...i64(a0, a1), ...i64(b0, b1), code], keep),
    ...words64([...i64(a2, a3), ...i64(b2, b3), code], keep),
  ]);
}
for (const [number, first, isSigned] of /** @type {const} */ ([
  [199, 0, true],
  [200, 2, true],
  [201, 0, false],
  [202, 2, false],
])) {
  unary(number, (a) =>
    [first, first + 1].flatMap((i) => [a[i] ?? [], isSigned ? shrS(a[i] ?? [], constant(31)) : constant(0)]),
  );
}

// f32x4 and f64x2.
for (const [i, code] of [0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x60].entries()) {
  eachWord(65 + i, (a, b) => mask(op(code)(f32(a), f32(b))));
}
for (const [i, code] of [0x61, 0x62, 0x63, 0x64, 0x65, 0x66].entries()) {
  binary(71 + i, ([a0 = [], a1 = [], a2 = [], a3 = []], [b0 = [], b1 = [], b2 = [], b3 = []], keep) => {
    const low = keep(mask([...f64(a0, a1), ...f64(b0, b1), code]), I32);
    const high = keep(mask([...f64(a2, a3), ...f64(b2, b3), code]), I32);
    return [low, low, high, high];
  });
}
for (const [i, code] of [0x92, 0x93, 0x94, 0x95, 0x96, 0x97].entries()) {
  eachWord(228 + i, (a, b) => fromF32(op(code)(f32(a), f32(b))));
  eachHalf(240 + i, (a, b) => [...a, ...b, code + 0x0e]);
}
// Pseudo-minimum and -maximum: b < a ? b : a, and a < b ? b : a.
eachWord(234, (a, b) => select(b, a, op(0x5d)(f32(b), f32(a))));
eachWord(235, (a, b) => select(b, a, op(0x5d)(f32(a), f32(b))));
eachHalf(246, (a, b, keep) => {
  const [x, y] = [keep(a, F64), keep(b, F64)];
  return select(y, x, [...y, ...x, 0x63]);
});
eachHalf(247, (a, b, keep) => {
  const [x, y] = [keep(a, F64), keep(b, F64)];
  return select(y, x, [...x, ...y, 0x63]);
});
for (const [number, code] of /** @type {const} */ ([
  [224, 0x8b],
  [225, 0x8c],
  [227, 0x91],
  [103, 0x8d],
  [104, 0x8e],
  [105, 0x8f],
  [106, 0x90],
])) {
  eachOf(number, (a) => fromF32(op(code)(f32(a))));
}
for (const [number, code] of /** @type {const} */ ([
  [236, 0x99],
  [237, 0x9a],
  [239, 0x9f],
])) {
  unary(number, ([a = [], b = [], c = [], d = []], keep) => [
    ...wordsF64([...f64(a, b), code], keep),
    ...wordsF64([...f64(c, d), code], keep),
  ]);
}
eachOf(248, (a) => [...f32(a), 0xfc, 0]);
eachOf(249, (a) => [...f32(a), 0xfc, 1]);
eachOf(250, (a) => [...a, 0xb2, 0xbc]);
eachOf(251, (a) => [...a, 0xb3, 0xbc]);
unary(95, ([a = [], b = []], keep) => [...wordsF64([...f32(a), 0xbb], keep), ...wordsF64([...f32(b), 0xbb], keep)]);
unary(254, ([a = [], b = []], keep) => [...wordsF64([...a, 0xb7], keep), ...wordsF64([...b, 0xb7], keep)]);
unary(94, ([a = [], b = [], c = [], d = []]) => [
  fromF32([...f64(a, b), 0xb6]),
  fromF32([...f64(c, d), 0xb6]),
  constant(0),
  constant(0),
]);

// Splats, lanes, shuffles.
for (const [number, bits] of /** @type {const} */ ([
  [15, 8],
  [16, 16],
])) {
  const times = bits === 8 ? 0x01010101 : 0x00010001;
  LANE_OPS.set(number, {
    takes: [I32],
    gives: V128,
    lower: ([x], keep) => {
      const word = keep(mul(and(x, constant(2 ** bits - 1)), constant(times)), I32);
      return FOUR.map(() => word);
    },
  });
}
LANE_OPS.set(17, { takes: [I32], gives: V128, lower: ([x]) => FOUR.map(() => x) });
LANE_OPS.set(19, {
  takes: [F32],
  gives: V128,
  lower: ([x], keep) => {
    const word = keep(fromF32(x), I32);
    return FOUR.map(() => word);
  },
});
LANE_OPS.set(18, {
  takes: [I64],
  gives: V128,
  lower: ([x], keep) => {
    const words = words64(x, keep);
    return [...words, ...words];
  },
});
LANE_OPS.set(20, {
  takes: [F64],
  gives: V128,
  lower: ([x], keep) => {
    const words = wordsF64(x, keep);
    return [...words, ...words];
  },
});
for (const [number, bits, isSigned] of /** @type {const} */ ([
  [21, 8, true],
  [22, 8, false],
  [24, 16, true],
  [25, 16, false],
])) {
  LANE_OPS.set(number, { takes: [V128], gives: I32, lower: ([a], _, read) => laneOf(a, bits, read.byte(), isSigned) });
}
LANE_OPS.set(27, { takes: [V128], gives: I32, lower: ([a], _, read) => a[read.byte()] });
LANE_OPS.set(31, { takes: [V128], gives: F32, lower: ([a], _, read) => f32(a[read.byte()]) });
for (const [number, gives, join] of /** @type {const} */ ([
  [29, I64, i64],
  [33, F64, f64],
])) {
  LANE_OPS.set(number, {
    takes: [V128],
    gives,
    lower: ([a], _, read) => {
      const first = 2 * read.byte();
      return join(a[first], a[first + 1]);
    },
  });
}
const replace = (/** @type {Code[]} */ words, /** @type {number} */ at, /** @type {readonly Code[]} */ by) =>
  words.map((word, i) => by[i - at] ?? word);
LANE_OPS.set(28, { takes: [V128, I32], gives: V128, lower: ([a, x], _, read) => replace(a, read.byte(), [x]) });
LANE_OPS.set(32, {
  takes: [V128, F32],
  gives: V128,
  lower: ([a, x], _, read) => replace(a, read.byte(), [fromF32(x)]),
});
LANE_OPS.set(34, {
  takes: [V128, F64],
  gives: V128,
  lower: ([a, x], keep, read) => replace(a, 2 * read.byte(), wordsF64(x, keep)),
});
LANE_OPS.set(26, {
  takes: [V128, I32],
  gives: V128,
  lower: ([a, x], _, read) => {
    const lanes = lanesOf(a, 16, false);
    lanes[read.byte()] = x;
    return pack(lanes, 16);
  },
});
LANE_OPS.set(13, {
  takes: [V128, V128],
  gives: V128,
  lower: ([a, b], _, read) => {
    const words = [...a, ...b];
    const from = [...read.take(16)];
    return FOUR.map((i) => {
      const [first = 0, ...rest] = from.slice(4 * i, 4 * i + 4);
      if (first % 4 === 0 && rest.every((byte, j) => byte === first + j + 1)) return words[first / 4];
      return pack(
        [first, ...rest].map((byte) => laneOf(words, 8, byte, false)),
        8,
      )[0];
    });
  },
});
LANE_OPS.set(12, {
  takes: [],
  gives: V128,
  lower: (_, __, read) => {
    const bytes = read.take(16).slice();
    return [...new Int32Array(bytes.buffer)].map(constant);
  },
});

// Memory. The address is one i32; the offsets of the words are added to the instruction's own.
const memory = (/** @type {import('./bytes.mjs').Reader} */ read) => {
  read.u32();
  const offset = read.u32();
  return (
    /** @type {number} */ opcode,
    /** @type {Code} */ address,
    /** @type {number} */ ahead,
    /** @type {Code} */ value = [],
  ) => [...address, ...value, opcode, 0, ...u32(offset + ahead)];
};
LANE_OPS.set(0, {
  takes: [I32],
  gives: V128,
  lower: ([address], keep, read) => {
    const access = memory(read);
    return FOUR.map((i) => keep(access(0x28, address, 4 * i), I32));
  },
});
LANE_OPS.set(11, {
  takes: [I32, V128],
  lower: ([address, value], _, read) => {
    const access = memory(read);
    return FOUR.flatMap((i) => access(0x36, address, 4 * i, value[i]));
  },
});
for (const [number, opcode, times] of /** @type {const} */ ([
  [7, 0x2d, 0x01010101],
  [8, 0x2f, 0x00010001],
  [9, 0x28, 1],
])) {
  LANE_OPS.set(number, {
    takes: [I32],
    gives: V128,
    lower: ([address], keep, read) => {
      const word = keep(mul(memory(read)(opcode, address, 0), constant(times)), I32);
      return FOUR.map(() => word);
    },
  });
}
for (const [number, isSplat] of /** @type {const} */ ([
  [10, true],
  [93, false],
])) {
  LANE_OPS.set(number, {
    takes: [I32],
    gives: V128,
    lower: ([address], keep, read) => {
      const access = memory(read);
      const words = [0, 4].map((ahead) => keep(access(0x28, address, ahead), I32));
      return [...words, ...(isSplat ? words : [constant(0), constant(0)])];
    },
  });
}
LANE_OPS.set(92, {
  takes: [I32],
  gives: V128,
  lower: ([address], keep, read) => [keep(memory(read)(0x28, address, 0), I32), constant(0), constant(0), constant(0)],
});
// Loads that widen: four lanes of 16 bits, two of 32.
for (const [number, opcode] of /** @type {const} */ ([
  [3, 0x2e],
  [4, 0x2f],
])) {
  LANE_OPS.set(number, {
    takes: [I32],
    gives: V128,
    lower: ([address], keep, read) => {
      const access = memory(read);
      return FOUR.map((i) => keep(access(opcode, address, 2 * i), I32));
    },
  });
}
LANE_OPS.set(90, {
  takes: [I32, V128],
  lower: ([address, value], _, read) => {
    const access = memory(read);
    return access(0x36, address, 0, value[read.byte()]);
  },
});
LANE_OPS.set(91, {
  takes: [I32, V128],
  lower: ([address, value], _, read) => {
    const access = memory(read);
    const first = 2 * read.byte();
    return [...access(0x36, address, 0, value[first]), ...access(0x36, address, 4, value[first + 1])];
  },
});
LANE_OPS.set(89, {
  takes: [I32, V128],
  lower: ([address, value], _, read) => {
    const access = memory(read);
    return access(0x3b, address, 0, laneOf(value, 16, read.byte(), false));
  },
});
LANE_OPS.set(86, {
  takes: [I32, V128],
  gives: V128,
  lower: ([address, value], keep, read) => {
    const access = memory(read);
    return replace(value, read.byte(), [keep(access(0x28, address, 0), I32)]);
  },
});

// The rest of the specification, so that no kernel has to wait for this table.
for (const [bits, numbers] of /** @type {const} */ ([
  [8, { neg: 97, allTrue: 99, bitmask: 100, shift: 107, addS: 111, addU: 112, subS: 114, subU: 115, avgr: 123 }],
  [16, { neg: 129, allTrue: 131, bitmask: 132, shift: 139, addS: 143, addU: 144, subS: 146, subU: 147, avgr: 155 }],
])) {
  const half = 2 ** (bits - 1);
  const pairs = (/** @type {Code[]} */ a, /** @type {Code[]} */ b, /** @type {boolean} */ isSigned) => {
    const y = lanesOf(b, bits, isSigned);
    return lanesOf(a, bits, isSigned).map((lane, n) => /** @type {const} */ ([lane, y[n] ?? []]));
  };
  unary(numbers.neg, (a) =>
    pack(
      lanesOf(a, bits, false).map((x) => sub(constant(0), x)),
      bits,
    ),
  );
  LANE_OPS.set(numbers.allTrue, { takes: [V128], gives: I32, lower: ([a]) => allTrue(lanesOf(a, bits, false)) });
  LANE_OPS.set(numbers.bitmask, { takes: [V128], gives: I32, lower: ([a]) => bitmask(lanesOf(a, bits, true)) });
  for (const [i, [shift, isSigned]] of /** @type {const} */ ([
    [shl, false],
    [shrS, true],
    [shrU, false],
  ]).entries()) {
    LANE_OPS.set(numbers.shift + i, {
      takes: [V128, I32],
      gives: V128,
      lower: ([a, by], keep) => {
        const amount = keep(and(by, constant(bits - 1)), I32);
        return pack(
          lanesOf(a, bits, isSigned).map((x) => shift(x, amount)),
          bits,
        );
      },
    });
  }
  for (const [number, combine, isSigned] of /** @type {const} */ ([
    [numbers.addS, add, true],
    [numbers.addU, add, false],
    [numbers.subS, sub, true],
    [numbers.subU, sub, false],
  ])) {
    binary(number, (a, b, keep) => {
      const clamp = isSigned ? clampTo(-half, half - 1, keep) : clampTo(0, 2 * half - 1, keep);
      return pack(
        pairs(a, b, isSigned).map(([x, y]) => clamp(keep(combine(x, y), I32))),
        bits,
      );
    });
  }
  binary(numbers.avgr, (a, b) =>
    pack(
      pairs(a, b, false).map(([x, y]) => shrU(add(add(x, y), constant(1)), constant(1))),
      bits,
    ),
  );
}
unary(98, (a) =>
  pack(
    lanesOf(a, 8, false).map((lane) => [...lane, 0x69]),
    8,
  ),
);
LANE_OPS.set(163, { takes: [V128], gives: I32, lower: ([a]) => allTrue(a) });
LANE_OPS.set(164, { takes: [V128], gives: I32, lower: ([a]) => bitmask(a) });
LANE_OPS.set(195, { takes: [V128], gives: I32, lower: ([[a, b, c, d]]) => allTrue([or(a, b), or(c, d)]) });
LANE_OPS.set(196, { takes: [V128], gives: I32, lower: ([a]) => bitmask([a[1], a[3]]) });

/** @param {readonly Code[]} lanes */
function allTrue(lanes) {
  return lanes.map((lane) => ne(lane, constant(0))).reduce((all, isTrue) => and(all, isTrue));
}

/** @param {readonly Code[]} lanes With their signs. */
function bitmask(lanes) {
  return lanes.map((lane, i) => shl(shrU(lane, constant(31)), constant(i))).reduce((bits, bit) => or(bits, bit));
}

for (const [number, isSigned] of /** @type {const} */ ([
  [101, true],
  [102, false],
])) {
  binary(number, (a, b, keep) => {
    const clamp = isSigned ? clampTo(-128, 127, keep) : clampTo(0, 255, keep);
    return pack([...lanesOf(a, 16, true), ...lanesOf(b, 16, true)].map(clamp), 8);
  });
}
for (const [number, isSigned] of /** @type {const} */ ([
  [124, true],
  [125, false],
])) {
  unary(number, (a) => {
    const lanes = lanesOf(a, 8, isSigned);
    return pack(
      Array.from({ length: 8 }, (_, i) => add(lanes[2 * i] ?? [], lanes[2 * i + 1] ?? [])),
      16,
    );
  });
}
// Halves of narrower lanes, widened, and their products: low signed, high signed, low unsigned, high unsigned.
for (const [i, [isHigh, isSigned]] of /** @type {const} */ ([
  [0, true],
  [1, true],
  [0, false],
  [1, false],
]).entries()) {
  const halfOf = (/** @type {Code[]} */ a, /** @type {number} */ bits) => {
    const count = 64 / bits;
    return lanesOf(a, bits, isSigned).slice(isHigh * count, (isHigh + 1) * count);
  };
  unary(135 + i, (a) => pack(halfOf(a, 8), 16));
  binary(156 + i, (a, b) => {
    const y = halfOf(b, 8);
    return pack(
      halfOf(a, 8).map((x, n) => mul(x, y[n] ?? [])),
      16,
    );
  });
  binary(188 + i, (a, b) => {
    const y = halfOf(b, 16);
    return halfOf(a, 16).map((x, n) => mul(x, y[n] ?? []));
  });
  const widen = isSigned ? 0xac : 0xad;
  binary(220 + i, (a, b, keep) =>
    [0, 1].flatMap((n) =>
      words64([...(a[2 * isHigh + n] ?? []), widen, ...(b[2 * isHigh + n] ?? []), widen, 0x7e], keep),
    ),
  );
}
binary(130, (a, b, keep) => {
  const y = lanesOf(b, 16, true);
  const clamp = clampTo(-32_768, 32_767, keep);
  const rounded = (/** @type {Code} */ x, /** @type {number} */ n) =>
    keep(shrS(add(mul(x, y[n] ?? []), constant(0x4000)), constant(15)), I32);
  return pack(
    lanesOf(a, 16, true).map((x, n) => clamp(rounded(x, n))),
    16,
  );
});
for (const number of [192, 193]) {
  unary(number, ([a = [], b = [], c = [], d = []], keep) =>
    [i64(a, b), i64(c, d)].flatMap((value) => {
      const x = keep(value, I64);
      const negated = [0x42, 0, ...x, 0x7d];
      return words64(number === 193 ? negated : select(negated, x, [...x, 0x42, 0, 0x53]), keep);
    }),
  );
}
for (const [i, code] of [0x86, 0x87, 0x88].entries()) {
  LANE_OPS.set(203 + i, {
    takes: [V128, I32],
    gives: V128,
    lower: ([[a, b, c, d], by], keep) =>
      [i64(a, b), i64(c, d)].flatMap((value) => words64([...value, ...by, 0xad, code], keep)),
  });
}
for (const [i, code] of [0x51, 0x52, 0x53, 0x55, 0x57, 0x59].entries()) {
  binary(214 + i, ([a0 = [], a1 = [], a2 = [], a3 = []], [b0 = [], b1 = [], b2 = [], b3 = []], keep) => {
    const low = keep(mask([...i64(a0, a1), ...i64(b0, b1), code]), I32);
    const high = keep(mask([...i64(a2, a3), ...i64(b2, b3), code]), I32);
    return [low, low, high, high];
  });
}
for (const [number, code] of /** @type {const} */ ([
  [116, 0x9b],
  [117, 0x9c],
  [122, 0x9d],
  [148, 0x9e],
])) {
  unary(number, ([a = [], b = [], c = [], d = []], keep) => [
    ...wordsF64([...f64(a, b), code], keep),
    ...wordsF64([...f64(c, d), code], keep),
  ]);
}
for (const [number, code] of /** @type {const} */ ([
  [252, 2],
  [253, 3],
])) {
  unary(number, ([a = [], b = [], c = [], d = []]) => [
    [...f64(a, b), 0xfc, code],
    [...f64(c, d), 0xfc, code],
    constant(0),
    constant(0),
  ]);
}
unary(255, ([a = [], b = []], keep) => [...wordsF64([...a, 0xb8], keep), ...wordsF64([...b, 0xb8], keep)]);
binary(14, (a, b, keep) =>
  pack(
    lanesOf(b, 8, false).map((lane) => {
      const index = keep(lane, I32);
      const word = (/** @type {number} */ n) => op(0x46)(shrU(index, constant(2)), constant(n));
      const [a0 = [], a1 = [], a2 = [], a3 = []] = a;
      const chosen = select(a0, select(a1, select(a2, select(a3, constant(0), word(3)), word(2)), word(1)), word(0));
      return shrU(chosen, mul(and(index, constant(3)), constant(8)));
    }),
    8,
  ),
);
for (const [number, opcode] of /** @type {const} */ ([
  [1, 0x2c],
  [2, 0x2d],
])) {
  LANE_OPS.set(number, {
    takes: [I32],
    gives: V128,
    lower: ([address], keep, read) => {
      const access = memory(read);
      return pack(
        Array.from({ length: 8 }, (_, i) => keep(access(opcode, address, i), I32)),
        16,
      );
    },
  });
}
for (const [number, isSigned] of /** @type {const} */ ([
  [5, true],
  [6, false],
])) {
  LANE_OPS.set(number, {
    takes: [I32],
    gives: V128,
    lower: ([address], keep, read) => {
      const access = memory(read);
      const words = [0, 4].map((ahead) => keep(access(0x28, address, ahead), I32));
      return words.flatMap((word) => [word, isSigned ? shrS(word, constant(31)) : constant(0)]);
    },
  });
}
for (const [number, bits, opcode] of /** @type {const} */ ([
  [84, 8, 0x2d],
  [85, 16, 0x2f],
])) {
  LANE_OPS.set(number, {
    takes: [I32, V128],
    gives: V128,
    lower: ([address, value], keep, read) => {
      const access = memory(read);
      const lanes = lanesOf(value, bits, false);
      lanes[read.byte()] = keep(access(opcode, address, 0), I32);
      return pack(lanes, bits);
    },
  });
}
LANE_OPS.set(87, {
  takes: [I32, V128],
  gives: V128,
  lower: ([address, value], keep, read) => {
    const access = memory(read);
    return replace(
      value,
      2 * read.byte(),
      [0, 4].map((ahead) => keep(access(0x28, address, ahead), I32)),
    );
  },
});
LANE_OPS.set(88, {
  takes: [I32, V128],
  lower: ([address, value], _, read) => {
    const access = memory(read);
    return access(0x3a, address, 0, laneOf(value, 8, read.byte(), false));
  },
});
LANE_OPS.set(23, {
  takes: [V128, I32],
  gives: V128,
  lower: ([a, x], _, read) => {
    const lanes = lanesOf(a, 8, false);
    lanes[read.byte()] = x;
    return pack(lanes, 8);
  },
});
LANE_OPS.set(30, {
  takes: [V128, I64],
  gives: V128,
  lower: ([a, x], keep, read) => replace(a, 2 * read.byte(), words64(x, keep)),
});
