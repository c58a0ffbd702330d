// This file reads the weights out of an ONNX model: as much of the format as that takes, which is a few protobuf fields.

/** @typedef {{ shape: number[], values: Float32Array }} Tensor */
/** @typedef {readonly [field: number, value: bigint | Uint8Array]} Field */

// Field numbers of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
const MODEL = { graph: 7 };
const GRAPH = { node: 1 };
const NODE = { output: 2, attribute: 5 };
const ATTRIBUTE = { tensor: 5, graph: 6 };
const TENSOR = { dims: 1, dataType: 2, rawBytes: 9 };
const FLOAT = 1n;

/**
 * Constants of a model and of every branch in it, by the name of what they feed.
 *
 * @param {Uint8Array} model
 * @returns {Map<string, Tensor>} Those of float32 alone.
 */
export function readTensors(model) {
  /** @type {Map<string, Tensor>} */
  const tensors = new Map();
  for (const graph of messages(model, MODEL.graph)) readGraph(graph, tensors);
  return tensors;
}

/** @param {Uint8Array} graph @param {Map<string, Tensor>} tensors */
function readGraph(graph, tensors) {
  for (const node of messages(graph, GRAPH.node)) {
    const [output] = messages(node, NODE.output);
    for (const attribute of messages(node, NODE.attribute)) {
      for (const branch of messages(attribute, ATTRIBUTE.graph)) readGraph(branch, tensors);
      for (const bytes of messages(attribute, ATTRIBUTE.tensor)) {
        const tensor = readTensor(bytes);
        if (tensor !== null && output !== undefined) tensors.set(new TextDecoder().decode(output), tensor);
      }
    }
  }
}

/** @param {Uint8Array} bytes @returns {Tensor | null} Null unless of float32, stored as raw bytes. */
function readTensor(bytes) {
  const fields = readFields(bytes);
  const raw = fields.find(([field]) => field === TENSOR.rawBytes)?.[1];
  if (!(raw instanceof Uint8Array) || !fields.some(([field, value]) => field === TENSOR.dataType && value === FLOAT)) {
    return null;
  }
  const shape = fields.filter(([field]) => field === TENSOR.dims).flatMap(([, value]) => numbersOf(value));
  const values = new Float32Array(Uint8Array.from(raw).buffer);
  const wanted = shape.reduce((product, size) => product * size, 1);
  if (values.length !== wanted) throw new Error(`A tensor of ${shape.join(' x ')} holds ${values.length} numbers.`);
  return { shape, values };
}

/** A repeated number is written one by one or packed. @param {bigint | Uint8Array} value */
function numbersOf(value) {
  if (typeof value === 'bigint') return [Number(value)];
  const numbers = [];
  for (let at = 0; at < value.length;) {
    const [number, next] = readVarint(value, at);
    numbers.push(Number(number));
    at = next;
  }
  return numbers;
}

/** @param {Uint8Array} bytes @param {number} wanted @returns {Uint8Array[]} */
function messages(bytes, wanted) {
  return readFields(bytes).flatMap(([field, value]) =>
    field === wanted && value instanceof Uint8Array ? [value] : [],
  );
}

/** @param {Uint8Array} bytes @returns {Field[]} */
function readFields(bytes) {
  /** @type {Field[]} */
  const fields = [];
  for (let at = 0; at < bytes.length;) {
    const [key, start] = readVarint(bytes, at);
    const [field, wireType] = [Number(key >> 3n), Number(key & 7n)];
    if (wireType === 0) {
      const [value, next] = readVarint(bytes, start);
      fields.push([field, value]);
      at = next;
      continue;
    }
    const [length, from] = wireType === 2 ? readVarint(bytes, start) : [wireType === 1 ? 8n : 4n, start];
    at = from + Number(length);
    if (at > bytes.length || ![1, 2, 5].includes(wireType)) throw new Error('This is not an ONNX model.');
    fields.push([field, bytes.subarray(from, at)]);
  }
  return fields;
}

/** @param {Uint8Array} bytes @param {number} at @returns {[value: bigint, next: number]} */
function readVarint(bytes, at) {
  let value = 0n;
  for (let shift = 0n; at < bytes.length; shift += 7n) {
    const byte = BigInt(bytes[at++] ?? 0);
    value |= (byte & 127n) << shift;
    if (byte < 128n) return [value, at];
  }
  throw new Error('This is not an ONNX model: it ends inside a number.');
}
