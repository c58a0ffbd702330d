// This file multiplies by the network's weights, which are read once per hop, front to back, as the host has packed them.
//
// A lane is an output. Of each block, eight vectors of sums stay in registers: with more, the engine spills them.
//
// The first two layers add products up in parts, and then the parts: in a faint voice their rounding moves the answer most,
// the second layer's above all. docs/neural-vad.md has what each layer's rounding does.

/** Blocks of outputs, and the bytes of a block's weights. */
export const FIRST_BLOCKS: i32 = 16;
export const SECOND_BLOCKS: i32 = 4;
const FIRST_BLOCK_BYTES: usize = 129 * 3 * 8 * 4;
const SECOND_BLOCK_BYTES: usize = 128 * 3 * 16 * 4;
export const FIRST_WEIGHT_BYTES: usize = <usize>FIRST_BLOCKS * FIRST_BLOCK_BYTES;
export const SECOND_WEIGHT_BYTES: usize = <usize>SECOND_BLOCKS * SECOND_BLOCK_BYTES;

/** Outputs per column, in bytes. */
const FIRST_COLUMN: usize = 128 * 4;
const SECOND_COLUMN: usize = 64 * 4;
/** Bytes of the inputs that are a part of a sum: 43 of 129, and 8 of 128. */
const FIRST_PART: usize = 43 * 16;
const SECOND_PART: usize = 8 * 4;
const DENSE_BLOCK: usize = 32;

/**
 * Convolution of 129 bins to 128 outputs, three taps over four columns and a zero on either side, then ReLU:
 * y[t] = max(0, b + W₀·x[t-1] + W₁·x[t] + W₂·x[t+1]).
 *
 * @param weights Blocks of 8 outputs: [input][tap][output].
 * @param input 129 vectors; a lane is a column.
 * @param output Four columns of 128.
 */
export function firstLayer(weights: usize, bias: usize, input: usize, output: usize, from: i32, to: i32): void {
  for (let block = <usize>from; block < <usize>to; block++) {
    let w = weights + block * FIRST_BLOCK_BYTES;
    const y = output + (block << 5);
    for (let column: usize = 0; column < 4; column++) memory.copy(y + column * FIRST_COLUMN, bias + (block << 5), 32);
    for (let part = input; part < input + 129 * 16; part += FIRST_PART) {
      let a0 = f32x4.splat(0);
      let b0 = a0;
      let a1 = a0;
      let b1 = a0;
      let a2 = a0;
      let b2 = a0;
      let a3 = a0;
      let b3 = a0;
      for (let x = part; x < part + FIRST_PART; x += 16) {
        const x0 = v128.load32_splat(x);
        const x1 = v128.load32_splat(x, 4);
        const x2 = v128.load32_splat(x, 8);
        const x3 = v128.load32_splat(x, 12);
        let weight = v128.load(w);
        a1 = f32x4.add(a1, f32x4.mul(weight, x0));
        a2 = f32x4.add(a2, f32x4.mul(weight, x1));
        a3 = f32x4.add(a3, f32x4.mul(weight, x2));
        weight = v128.load(w, 16);
        b1 = f32x4.add(b1, f32x4.mul(weight, x0));
        b2 = f32x4.add(b2, f32x4.mul(weight, x1));
        b3 = f32x4.add(b3, f32x4.mul(weight, x2));
        weight = v128.load(w, 32);
        a0 = f32x4.add(a0, f32x4.mul(weight, x0));
        a1 = f32x4.add(a1, f32x4.mul(weight, x1));
        a2 = f32x4.add(a2, f32x4.mul(weight, x2));
        a3 = f32x4.add(a3, f32x4.mul(weight, x3));
        weight = v128.load(w, 48);
        b0 = f32x4.add(b0, f32x4.mul(weight, x0));
        b1 = f32x4.add(b1, f32x4.mul(weight, x1));
        b2 = f32x4.add(b2, f32x4.mul(weight, x2));
        b3 = f32x4.add(b3, f32x4.mul(weight, x3));
        weight = v128.load(w, 64);
        a0 = f32x4.add(a0, f32x4.mul(weight, x1));
        a1 = f32x4.add(a1, f32x4.mul(weight, x2));
        a2 = f32x4.add(a2, f32x4.mul(weight, x3));
        weight = v128.load(w, 80);
        b0 = f32x4.add(b0, f32x4.mul(weight, x1));
        b1 = f32x4.add(b1, f32x4.mul(weight, x2));
        b2 = f32x4.add(b2, f32x4.mul(weight, x3));
        w += 96;
      }
      addTo(y, a0);
      addTo(y + 16, b0);
      addTo(y + FIRST_COLUMN, a1);
      addTo(y + FIRST_COLUMN + 16, b1);
      addTo(y + 2 * FIRST_COLUMN, a2);
      addTo(y + 2 * FIRST_COLUMN + 16, b2);
      addTo(y + 3 * FIRST_COLUMN, a3);
      addTo(y + 3 * FIRST_COLUMN + 16, b3);
    }
    for (let column: usize = 0; column < 4; column++) keepPositive(y + column * FIRST_COLUMN, 8);
  }
}

/**
 * The same from 128 inputs to 64 outputs, at every second column: y[0] of columns -1, 0, 1 and y[1] of columns 1, 2, 3.
 *
 * @param weights Blocks of 16 outputs: [input][tap][output].
 * @param input Four columns of 128.
 * @param output Two columns of 64.
 */
export function secondLayer(weights: usize, bias: usize, input: usize, output: usize): void {
  for (let block: usize = 0; block < <usize>SECOND_BLOCKS; block++) {
    let w = weights + block * SECOND_BLOCK_BYTES;
    const y = output + (block << 6);
    memory.copy(y, bias + (block << 6), 64);
    memory.copy(y + SECOND_COLUMN, bias + (block << 6), 64);
    for (let part = input; part < input + FIRST_COLUMN; part += SECOND_PART) {
      let a0 = f32x4.splat(0);
      let b0 = a0;
      let c0 = a0;
      let d0 = a0;
      let a1 = a0;
      let b1 = a0;
      let c1 = a0;
      let d1 = a0;
      for (let x = part; x < part + SECOND_PART; x += 4) {
        const x0 = v128.load32_splat(x);
        const x1 = v128.load32_splat(x, FIRST_COLUMN);
        const x2 = v128.load32_splat(x, 2 * FIRST_COLUMN);
        const x3 = v128.load32_splat(x, 3 * FIRST_COLUMN);
        a1 = f32x4.add(a1, f32x4.mul(v128.load(w), x1));
        b1 = f32x4.add(b1, f32x4.mul(v128.load(w, 16), x1));
        c1 = f32x4.add(c1, f32x4.mul(v128.load(w, 32), x1));
        d1 = f32x4.add(d1, f32x4.mul(v128.load(w, 48), x1));
        let weight = v128.load(w, 64);
        a0 = f32x4.add(a0, f32x4.mul(weight, x0));
        a1 = f32x4.add(a1, f32x4.mul(weight, x2));
        weight = v128.load(w, 80);
        b0 = f32x4.add(b0, f32x4.mul(weight, x0));
        b1 = f32x4.add(b1, f32x4.mul(weight, x2));
        weight = v128.load(w, 96);
        c0 = f32x4.add(c0, f32x4.mul(weight, x0));
        c1 = f32x4.add(c1, f32x4.mul(weight, x2));
        weight = v128.load(w, 112);
        d0 = f32x4.add(d0, f32x4.mul(weight, x0));
        d1 = f32x4.add(d1, f32x4.mul(weight, x2));
        weight = v128.load(w, 128);
        a0 = f32x4.add(a0, f32x4.mul(weight, x1));
        a1 = f32x4.add(a1, f32x4.mul(weight, x3));
        weight = v128.load(w, 144);
        b0 = f32x4.add(b0, f32x4.mul(weight, x1));
        b1 = f32x4.add(b1, f32x4.mul(weight, x3));
        weight = v128.load(w, 160);
        c0 = f32x4.add(c0, f32x4.mul(weight, x1));
        c1 = f32x4.add(c1, f32x4.mul(weight, x3));
        weight = v128.load(w, 176);
        d0 = f32x4.add(d0, f32x4.mul(weight, x1));
        d1 = f32x4.add(d1, f32x4.mul(weight, x3));
        w += 192;
      }
      addTo(y, a0);
      addTo(y + 16, b0);
      addTo(y + 32, c0);
      addTo(y + 48, d0);
      addTo(y + SECOND_COLUMN, a1);
      addTo(y + SECOND_COLUMN + 16, b1);
      addTo(y + SECOND_COLUMN + 32, c1);
      addTo(y + SECOND_COLUMN + 48, d1);
    }
  }
  keepPositive(output, 2 * 64);
}

/**
 * y = start + W·x for blocks of 32 outputs; `output` may be `start`.
 *
 * @param weights Blocks of 32 outputs: [input][output].
 */
export function dense(weights: usize, start: usize, input: usize, inputs: i32, output: usize, blocks: i32): void {
  const inputEnd = input + (<usize>inputs << 2);
  let w = weights;
  for (let block: usize = 0; block < <usize>blocks; block++) {
    const from = start + (block << 7);
    let a = v128.load(from);
    let b = v128.load(from, 16);
    let c = v128.load(from, 32);
    let d = v128.load(from, 48);
    let e = v128.load(from, 64);
    let f = v128.load(from, 80);
    let g = v128.load(from, 96);
    let h = v128.load(from, 112);
    for (let at = input; at < inputEnd; at += 4) {
      const x = v128.load32_splat(at);
      a = f32x4.add(a, f32x4.mul(v128.load(w), x));
      b = f32x4.add(b, f32x4.mul(v128.load(w, 16), x));
      c = f32x4.add(c, f32x4.mul(v128.load(w, 32), x));
      d = f32x4.add(d, f32x4.mul(v128.load(w, 48), x));
      e = f32x4.add(e, f32x4.mul(v128.load(w, 64), x));
      f = f32x4.add(f, f32x4.mul(v128.load(w, 80), x));
      g = f32x4.add(g, f32x4.mul(v128.load(w, 96), x));
      h = f32x4.add(h, f32x4.mul(v128.load(w, 112), x));
      w += DENSE_BLOCK * 4;
    }
    const to = output + (block << 7);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    v128.store(to, e, 64);
    v128.store(to, f, 80);
    v128.store(to, g, 96);
    v128.store(to, h, 112);
  }
}

/** max(0, x), in place. `count` is a multiple of 4. */
export function keepPositive(at: usize, count: i32): void {
  for (const end = at + (<usize>count << 2); at < end; at += 16) storePositive(at, v128.load(at));
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, x: v128): void {
  v128.store(at, f32x4.add(v128.load(at), x));
}

// @ts-ignore: decorator
@inline
function storePositive(at: usize, x: v128): void {
  v128.store(at, f32x4.max(x, f32x4.splat(0)));
}
