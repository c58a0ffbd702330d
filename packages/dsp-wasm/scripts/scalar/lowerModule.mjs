// This file rewrites a WebAssembly module so that it needs no SIMD: same exports, same memory, the same bits out.
import { Reader, u32, vector } from './bytes.mjs';
import { I32 } from './laneOps.mjs';
import { expand, lowerFunction } from './lowerFunction.mjs';

const MAGIC_BYTES = 8;
const [CUSTOM, TYPE, IMPORT, FUNCTION, GLOBAL, CODE] = [0, 1, 2, 3, 6, 10];
const FUNCTION_TYPE = 0x60;

/**
 * @param {Uint8Array} wasm As this package's build makes it: no tables, one memory, nothing imported but that.
 * @returns {Uint8Array}
 * @throws {Error} That names an instruction which is not handled.
 */
export function lowerModule(wasm) {
  const sections = readSections(wasm);
  const types = readTypes(section(sections, TYPE));
  const functionTypes = readIndexes(section(sections, FUNCTION));
  const module = {
    types,
    signatureOf: (/** @type {number} */ index) => types[functionTypes[index] ?? -1] ?? { parameters: [], results: [] },
    globals: readGlobals(sections.get(GLOBAL)),
    fourWords: types.length,
  };
  if (section(sections, IMPORT)[0] !== 1) throw new Error('More is imported than a memory.');
  const reader = new Reader(section(sections, CODE));
  const bodies = reader.vector(() => reader.take(reader.u32()));
  const lowered = bodies.map((body, index) => {
    const bytes = lowerFunction(body, module.signatureOf(index), module);
    return [...u32(bytes.length), ...bytes];
  });
  const newTypes = [...types, { parameters: [], results: [I32, I32, I32, I32] }].map(({ parameters, results }) => [
    FUNCTION_TYPE,
    ...typeList(parameters),
    ...typeList(results),
  ]);
  sections.set(TYPE, vector(newTypes));
  sections.set(CODE, vector(lowered));
  const parts = [...sections].flatMap(([id, content]) => [id, ...u32(content.length), ...content]);
  return Uint8Array.from([...wasm.subarray(0, MAGIC_BYTES), ...parts]);
}

/** In their order, without those that only tools read. @param {Uint8Array} wasm @returns {Map<number, Uint8Array | number[]>} */
function readSections(wasm) {
  const reader = new Reader(wasm);
  reader.take(MAGIC_BYTES);
  const sections = new Map();
  while (!reader.isAtEnd) {
    const id = reader.byte();
    const content = reader.take(reader.u32());
    if (id !== CUSTOM) sections.set(id, content);
  }
  return sections;
}

/** @param {Map<number, Uint8Array | number[]>} sections @param {number} id */
function section(sections, id) {
  const content = sections.get(id);
  if (content === undefined) throw new Error(`The module has no section ${id}.`);
  return Uint8Array.from(content);
}

/** @param {Uint8Array} content @returns {import('./lowerFunction.mjs').Signature[]} */
function readTypes(content) {
  const reader = new Reader(content);
  return reader.vector(() => {
    if (reader.byte() !== FUNCTION_TYPE) throw new Error('A type is not one of a function.');
    const parameters = reader.vector(() => reader.byte());
    return { parameters, results: reader.vector(() => reader.byte()) };
  });
}

/** @param {Uint8Array} content */
function readIndexes(content) {
  const reader = new Reader(content);
  return reader.vector(() => reader.u32());
}

/** Types of the globals; their initial values are constants of one instruction. @param {Uint8Array | number[] | undefined} content @returns {number[]} */
function readGlobals(content) {
  if (content === undefined) return [];
  const reader = new Reader(Uint8Array.from(content));
  return reader.vector(() => {
    const type = reader.byte();
    reader.byte();
    if (reader.byte() !== 0x41) throw new Error('A global is not an i32.');
    reader.leb();
    reader.byte();
    return type;
  });
}

/** @param {readonly number[]} types */
function typeList(types) {
  return vector(expand(types).map((type) => [type]));
}
