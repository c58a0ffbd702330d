// This file is base64 in SIMD, for the benchmark alone: what WebAssembly could do at best (docs/decisions/0007).
//
// After W. Muła and D. Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions" (2018). Whole groups only:
// `count` is a multiple of 12 bytes, or of 16 characters, and four bytes beyond the input may be read.

/** Bytes to characters of the standard alphabet. */
export function encode(bytes: usize, characters: usize, count: i32): void {
  const end = bytes + <usize>count;
  for (; bytes < end; bytes += 12, characters += 16) {
    const x = v128.load(bytes);
    // Three bytes per lane, the first one highest.
    const groups = v128.shuffle<u8>(x, x, 2, 1, 0, 0, 5, 4, 3, 3, 8, 7, 6, 6, 11, 10, 9, 9);
    const first = v128.and(i32x4.shr_u(groups, 18), i32x4.splat(0x3f));
    const second = v128.and(i32x4.shr_u(groups, 4), i32x4.splat(0x3f00));
    const third = v128.and(i32x4.shl(groups, 10), i32x4.splat(0x3f0000));
    const fourth = v128.and(i32x4.shl(groups, 24), i32x4.splat(0x3f000000));
    const sextets = v128.or(v128.or(first, second), v128.or(third, fourth));
    // Row of the table: 0 for a..z, 1..10 digits, 11 +, 12 /, 13 A..Z.
    const row = v128.or(
      i8x16.sub_sat_u(sextets, i8x16.splat(51)),
      v128.and(i8x16.lt_s(sextets, i8x16.splat(26)), i8x16.splat(13)),
    );
    const table = i8x16(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0);
    v128.store(characters, i8x16.add(sextets, i8x16.swizzle(table, row)));
  }
}

/** Characters of the standard alphabet to bytes; returns 0 when all were of it. Writes four bytes beyond the output. */
export function decode(characters: usize, bytes: usize, count: i32): i32 {
  const end = characters + <usize>count;
  let wrong = i8x16.splat(0);
  for (; characters < end; characters += 16, bytes += 12) {
    const x = v128.load(characters);
    const high = v128.and(i32x4.shr_u(x, 4), i8x16.splat(0x0f));
    const low = v128.and(x, i8x16.splat(0x0f));
    const lowRows = i8x16(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a);
    const highRows = i8x16(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
    wrong = v128.or(wrong, v128.and(i8x16.swizzle(lowRows, low), i8x16.swizzle(highRows, high)));
    const isSlash = i8x16.eq(x, i8x16.splat(0x2f));
    const shifts = i8x16(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
    const sextets = i8x16.add(x, i8x16.swizzle(shifts, i8x16.add(isSlash, high)));
    const first = i32x4.shl(v128.and(sextets, i32x4.splat(0x3f)), 18);
    const second = i32x4.shl(v128.and(sextets, i32x4.splat(0x3f00)), 4);
    const third = i32x4.shr_u(v128.and(sextets, i32x4.splat(0x3f0000)), 10);
    const fourth = i32x4.shr_u(sextets, 24);
    const groups = v128.or(v128.or(first, second), v128.or(third, fourth));
    v128.store(bytes, v128.shuffle<u8>(groups, groups, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 7, 11, 15));
  }
  return <i32>v128.any_true(wrong);
}
