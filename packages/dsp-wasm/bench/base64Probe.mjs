// This file times base64 wherever it is imported, Node or a page: the platform's own ways, and WebAssembly with the
// copies that a string needs.

const ROUNDS = 9;
const TURN_MS = 6;
/** Bytes. A frame of 20 ms, a message of 60 ms, and one second of PCM at 16 kHz; all whole groups of 12. */
export const SIZES_BYTES = [636, 1920, 31_992];
const CHARACTERS_AT = 65_536;

/**
 * @param {BufferSource} wasm Compiled from assembly/bench/base64.ts.
 * @returns {{ bytes: number, encode: Record<string, number>, decode: Record<string, number> }[]} ns per call, medians.
 */
export function measureBase64(wasm) {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env: { memory } });
  return SIZES_BYTES.map((bytes) => {
    const input = Uint8Array.from({ length: bytes }, (_, i) => (i * 167 + (i >> 3)) & 255);
    const encoders = encodersOf(exports, memory.buffer, bytes);
    const text = encoders['btoa, loop'](input);
    const decoders = decodersOf(exports, memory.buffer, bytes);
    for (const [name, run] of Object.entries(encoders)) if (run(input) !== text) throw new Error(`${name} is wrong`);
    for (const [name, run] of Object.entries(decoders)) {
      if (run(text).some((byte, i) => byte !== input[i])) throw new Error(`${name} is wrong`);
    }
    return { bytes, encode: time(encoders, input), decode: time(decoders, text) };
  });
}

function encodersOf(kernels, buffer, bytes) {
  const into = new Uint8Array(buffer, 0, bytes);
  const characters = new Uint8Array(buffer, CHARACTERS_AT, (bytes / 3) * 4);
  const run = (input) => {
    into.set(input);
    kernels.encode(0, CHARACTERS_AT, bytes);
  };
  const encoders = {
    'btoa, loop': (input) => {
      let binary = '';
      for (let i = 0; i < input.length; i++) binary += String.fromCharCode(input[i]);
      return btoa(binary);
    },
    'btoa, String.fromCharCode.apply': (input) => {
      let binary = '';
      for (let i = 0; i < input.length; i += 8192) {
        binary += String.fromCharCode.apply(null, input.subarray(i, i + 8192));
      }
      return btoa(binary);
    },
    'WebAssembly + String.fromCharCode.apply': (input) => {
      run(input);
      let text = '';
      for (let i = 0; i < characters.length; i += 8192) {
        text += String.fromCharCode.apply(null, characters.subarray(i, i + 8192));
      }
      return text;
    },
  };
  if (typeof TextDecoder !== 'undefined') {
    const decoder = new TextDecoder('latin1');
    encoders['WebAssembly + TextDecoder'] = (input) => {
      run(input);
      return decoder.decode(characters);
    };
  }
  if (typeof Buffer !== 'undefined') {
    const view = Buffer.from(buffer, CHARACTERS_AT, characters.length);
    encoders['WebAssembly + Buffer.latin1Slice'] = (input) => {
      run(input);
      return view.latin1Slice(0, view.length);
    };
    encoders['Buffer.toString'] = (input) =>
      Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('base64');
  }
  if (typeof input0.toBase64 === 'function') encoders['Uint8Array.toBase64'] = (input) => input.toBase64();
  return encoders;
}

function decodersOf(kernels, buffer, bytes) {
  const count = (bytes / 3) * 4;
  const characters = new Uint8Array(buffer, CHARACTERS_AT, count);
  const from = new Uint8Array(buffer, 0, bytes);
  const run = () => {
    if (kernels.decode(CHARACTERS_AT, 0, count) !== 0) throw new Error('not base64');
    return from.slice();
  };
  const decoders = {
    'atob, loop': (text) => {
      const binary = atob(text);
      const output = new Uint8Array(binary.length);
      for (let i = 0; i < binary.length; i++) output[i] = binary.charCodeAt(i);
      return output;
    },
    'WebAssembly + charCodeAt': (text) => {
      for (let i = 0; i < count; i++) characters[i] = text.charCodeAt(i);
      return run();
    },
  };
  if (typeof TextEncoder !== 'undefined') {
    const encoder = new TextEncoder();
    decoders['WebAssembly + TextEncoder.encodeInto'] = (text) => {
      encoder.encodeInto(text, characters);
      return run();
    };
  }
  if (typeof Buffer !== 'undefined') decoders['Buffer.from'] = (text) => Buffer.from(text, 'base64');
  if (typeof Uint8Array.fromBase64 === 'function') {
    decoders['Uint8Array.fromBase64'] = (text) => Uint8Array.fromBase64(text);
  }
  return decoders;
}

const input0 = new Uint8Array(0);

/** Rounds take turns, so that a busy moment hits all alike. */
function time(subjects, argument) {
  const turns = Object.entries(subjects).map(([name, run]) => ({ name, run, calls: calibrate(run, argument), ns: [] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const turn of turns) turn.ns.push((takeMs(turn.run, argument, turn.calls) * 1e6) / turn.calls);
  }
  return Object.fromEntries(turns.map(({ name, ns }) => [name, ns.sort((a, b) => a - b)[ROUNDS >> 1]]));
}

function calibrate(run, argument) {
  let calls = 16;
  while (takeMs(run, argument, calls) < TURN_MS) calls *= 2;
  return calls;
}

function takeMs(run, argument, calls) {
  const start = performance.now();
  let length = 0;
  for (let i = 0; i < calls; i++) length += run(argument).length;
  const ms = performance.now() - start;
  if (length === 0) throw new Error('Nothing was converted.');
  return ms;
}
