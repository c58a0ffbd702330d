// This file rewrites one function: every vector on the stack becomes four words, every SIMD instruction scalar ones.
import { Reader, s32, u32, vector } from './bytes.mjs';
import { F32, F64, I32, I64, LANE_OPS, V128 } from './laneOps.mjs';

/**
 * @typedef {{ parameters: number[], results: number[] }} Signature
 * @typedef {object} Module What a function's instructions refer to.
 * @property {Signature[]} types
 * @property {(index: number) => Signature} signatureOf Of a function.
 * @property {number[]} globals Types.
 * @property {number} fourWords Index of the type that gives four words.
 */

/** @param {readonly number[]} types A vector is four words. */
export function expand(types) {
  return types.flatMap((type) => (type === V128 ? [I32, I32, I32, I32] : [type]));
}

/**
 * @param {Uint8Array} body Without its length.
 * @param {Signature} signature
 * @param {Module} module
 * @returns {number[]} The new body, without its length.
 */
export function lowerFunction(body, signature, module) {
  const reader = new Reader(body);
  const locals = [...signature.parameters];
  reader.vector(() => {
    const count = reader.u32();
    const type = reader.byte();
    for (let i = 0; i < count; i++) locals.push(type);
  });
  const writer = new FunctionWriter(locals);
  const stack = new TypeStack();
  while (!reader.isAtEnd) lowerInstruction(reader, writer, stack, module);
  const declared = writer.types.slice(expand(signature.parameters).length);
  return [...vector(declared.map((type) => [1, type])), ...writer.code];
}

/** Code so far, and the locals: those of the function, and temporary ones behind them. */
class FunctionWriter {
  /** @param {readonly number[]} locals */
  constructor(locals) {
    this.locals = locals;
    /** @type {number[]} New index of each old local, or of its first word. */
    this.places = [];
    /** @type {number[]} */
    this.types = [];
    for (const type of locals) {
      this.places.push(this.types.length);
      this.types.push(...expand([type]));
    }
    /** @type {number[]} */
    this.code = [];
    /** @type {Map<number, { places: number[], used: number }>} By type; all free again after an instruction. */
    this.temporary = new Map();
  }

  /** @param {readonly number[]} bytes */
  emit(...bytes) {
    for (const byte of bytes) this.code.push(byte);
  }

  /** @param {number} type @returns {number[]} LEB128 of a local that nobody uses during this instruction. */
  takeTemporary(type) {
    const pool = this.temporary.get(type) ?? { places: [], used: 0 };
    this.temporary.set(type, pool);
    if (pool.used === pool.places.length) pool.places.push(this.types.push(type) - 1);
    return u32(pool.places[pool.used++] ?? Number.NaN);
  }

  freeTemporaries() {
    for (const pool of this.temporary.values()) pool.used = 0;
  }

  /** Pops a value into locals. @param {number} type @returns {any} Code to read it; four of them for a vector. */
  pop(type) {
    const places = expand([type]).map((word) => this.takeTemporary(word));
    for (const place of [...places].reverse()) this.emit(0x21, ...place);
    const reads = places.map((place) => [0x20, ...place]);
    return type === V128 ? reads : reads[0];
  }

  /** Puts a value aside. @param {readonly number[]} code @param {number} type */
  keep = (code, type) => {
    const place = this.takeTemporary(type);
    this.emit(...code, 0x21, ...place);
    return [0x20, ...place];
  };
}

/** Types of the values on the stack; inside unreachable code any type that is asked for. */
class TypeStack {
  constructor() {
    /** @type {number[]} */
    this.types = [];
    /** @type {{ height: number, results: number[], isUnreachable: boolean }[]} */
    this.blocks = [{ height: 0, results: [], isUnreachable: false }];
  }

  pop() {
    const block = this.blocks.at(-1);
    if (block !== undefined && this.types.length === block.height && block.isUnreachable) return I32;
    const type = this.types.pop();
    if (type === undefined) throw new Error('The stack is empty.');
    return type;
  }

  /** @param {readonly number[]} types */
  push(types) {
    this.types.push(...types);
  }

  /** @param {Signature} signature */
  apply({ parameters, results }) {
    for (const _ of parameters) this.pop();
    this.push(results);
  }

  /** @param {number[]} results */
  enter(results) {
    this.blocks.push({ height: this.types.length, results, isUnreachable: false });
  }

  /** What follows is never run, up to the end of the block. */
  markUnreachable() {
    const block = this.blocks.at(-1);
    if (block === undefined) return;
    this.types.length = block.height;
    block.isUnreachable = true;
  }

  restart() {
    const block = this.blocks.at(-1);
    if (block === undefined) return;
    this.types.length = block.height;
    block.isUnreachable = false;
  }

  leave() {
    const block = this.blocks.pop();
    if (block === undefined) return;
    this.types.length = block.height;
    this.push(block.results);
  }
}

/** @param {Reader} reader @param {FunctionWriter} writer @param {TypeStack} stack @param {Module} module */
function lowerInstruction(reader, writer, stack, module) {
  const opcode = reader.byte();
  if (opcode === 0xfd) return lowerVector(reader, writer, stack);
  if (opcode >= 0x20 && opcode <= 0x22) return lowerLocal(opcode, reader, writer, stack);
  if (opcode === 0x1a || opcode === 0x1b) return lowerParametric(opcode, writer, stack);
  if (opcode <= 0x11) return copyControl(opcode, reader, writer, stack, module);
  writer.emit(opcode);
  if (opcode === 0x23 || opcode === 0x24) {
    const index = reader.u32();
    writer.emit(...u32(index));
    if (opcode === 0x23) stack.push([module.globals[index] ?? I32]);
    else stack.pop();
  } else if (opcode >= 0x28 && opcode <= 0x3e) {
    writer.emit(...reader.leb(), ...reader.leb());
    stack.pop();
    if (opcode >= 0x36) stack.pop();
    else stack.push([loadedType(opcode)]);
  } else if (opcode === 0x41 || opcode === 0x42) {
    writer.emit(...reader.leb());
    stack.push([opcode === 0x41 ? I32 : I64]);
  } else if (opcode === 0x43 || opcode === 0x44) {
    writer.emit(...reader.take(opcode === 0x43 ? 4 : 8));
    stack.push([opcode === 0x43 ? F32 : F64]);
  } else if (opcode === 0xfc) {
    copyMiscellaneous(reader, writer, stack);
  } else {
    const [operandCount, result] = numeric(opcode);
    for (let i = 0; i < operandCount; i++) stack.pop();
    stack.push([result]);
  }
}

/** @param {Reader} reader @param {FunctionWriter} writer @param {TypeStack} stack */
function lowerVector(reader, writer, stack) {
  const number = reader.u32();
  const lane = LANE_OPS.get(number);
  if (lane === undefined) throw new Error(`SIMD instruction 0xfd ${number} has no scalar twin; add it to laneOps.mjs.`);
  const operands = [...lane.takes].reverse().map((type) => {
    stack.pop();
    return writer.pop(type);
  });
  const result = /** @type {any[]} */ (lane.lower(operands.reverse(), writer.keep, reader));
  for (const code of lane.gives === V128 ? result : [result]) writer.emit(...code);
  if (lane.gives !== undefined) stack.push([lane.gives]);
  writer.freeTemporaries();
}

/** @param {number} opcode @param {Reader} reader @param {FunctionWriter} writer @param {TypeStack} stack */
function lowerLocal(opcode, reader, writer, stack) {
  const index = reader.u32();
  const type = writer.locals[index] ?? I32;
  const words = expand([type]).map((_, i) => u32((writer.places[index] ?? 0) + i));
  if (opcode === 0x20) stack.push([type]);
  if (opcode === 0x21) stack.pop();
  if (opcode !== 0x20) for (const word of [...words].reverse()) writer.emit(0x21, ...word);
  if (opcode !== 0x21) for (const word of words) writer.emit(0x20, ...word);
}

/** drop and select. @param {number} opcode @param {FunctionWriter} writer @param {TypeStack} stack */
function lowerParametric(opcode, writer, stack) {
  if (opcode === 0x1a) {
    for (const _ of expand([stack.pop()])) writer.emit(0x1a);
    return;
  }
  stack.pop();
  stack.pop();
  const type = stack.pop();
  stack.push([type]);
  if (type !== V128) {
    writer.emit(opcode);
    return;
  }
  const condition = writer.pop(I32);
  const otherwise = writer.pop(V128);
  const chosen = writer.pop(V128);
  for (let i = 0; i < 4; i++) writer.emit(...chosen[i], ...otherwise[i], ...condition, 0x1b);
  writer.freeTemporaries();
}

/** @param {number} opcode @param {Reader} reader @param {FunctionWriter} writer @param {TypeStack} stack @param {Module} module */
function copyControl(opcode, reader, writer, stack, module) {
  writer.emit(opcode);
  switch (opcode) {
    case 0x02: // block
    case 0x03: // loop
    case 0x04: {
      // if
      const kind = reader.leb();
      if (kind.length > 1 || (kind[0] ?? 0) < 0x40) throw new Error('Blocks with parameters are not handled.');
      const results = kind[0] === 0x40 ? [] : [kind[0] ?? I32];
      writer.emit(...(kind[0] === V128 ? s32(module.fourWords) : kind));
      if (opcode === 0x04) stack.pop();
      stack.enter(results);
      break;
    }
    case 0x05: // else
      stack.restart();
      break;
    case 0x0b: // end
      stack.leave();
      break;
    case 0x0c: // br
      writer.emit(...reader.leb());
      stack.markUnreachable();
      break;
    case 0x0d: // br_if
      writer.emit(...reader.leb());
      stack.pop();
      break;
    case 0x0e: // br_table
      writer.emit(...vector(reader.vector(() => reader.leb())), ...reader.leb());
      stack.markUnreachable();
      break;
    case 0x00: // unreachable
    case 0x0f: // return
      stack.markUnreachable();
      break;
    case 0x10: {
      // call
      const index = reader.u32();
      writer.emit(...u32(index));
      stack.apply(module.signatureOf(index));
      break;
    }
    case 0x01: // nop
      break;
    default:
      throw new Error(`Instruction 0x${opcode.toString(16)} is not handled.`);
  }
}

/** Saturating truncation, memory.copy and memory.fill. @param {Reader} reader @param {FunctionWriter} writer @param {TypeStack} stack */
function copyMiscellaneous(reader, writer, stack) {
  const number = reader.u32();
  writer.emit(...u32(number));
  if (number <= 7) {
    stack.pop();
    stack.push([number < 4 ? I32 : I64]);
  } else if (number === 10 || number === 11) {
    writer.emit(...reader.take(number === 10 ? 2 : 1));
    for (let i = 0; i < 3; i++) stack.pop();
  } else {
    throw new Error(`Instruction 0xfc ${number} is not handled.`);
  }
}

/** @param {number} opcode Of a load. */
function loadedType(opcode) {
  if (opcode === 0x29 || opcode >= 0x30) return I64;
  return opcode === 0x2a ? F32 : opcode === 0x2b ? F64 : I32;
}

/** Operands and result of the numeric instructions, by ranges of the specification's table. @param {number} opcode @returns {[number, number]} */
function numeric(opcode) {
  /** @type {readonly (readonly [last: number, operandCount: number, result: number])[]} */
  const ranges = [
    [0x45, 1, I32],
    [0x4f, 2, I32],
    [0x50, 1, I32],
    [0x66, 2, I32],
    [0x69, 1, I32],
    [0x78, 2, I32],
    [0x7b, 1, I64],
    [0x8a, 2, I64],
    [0x91, 1, F32],
    [0x98, 2, F32],
    [0x9f, 1, F64],
    [0xa6, 2, F64],
    [0xab, 1, I32],
    [0xb1, 1, I64],
    [0xb6, 1, F32],
    [0xbb, 1, F64],
    [0xbc, 1, I32],
    [0xbd, 1, I64],
    [0xbe, 1, F32],
    [0xbf, 1, F64],
    [0xc1, 1, I32],
    [0xc4, 1, I64],
  ];
  const range = opcode < 0x45 ? undefined : ranges.find(([last]) => opcode <= last);
  if (range === undefined) throw new Error(`Instruction 0x${opcode.toString(16)} is not handled.`);
  return [range[1], range[2]];
}
