// This file tells bytes from everything else that may reach a parser.

/** True for a `Uint8Array` of any realm; Node's `Buffer` is one, and so is the array of another window or VM context. */
export function isBytes(data: unknown): data is Uint8Array {
  return {}.toString.call(data) === '[object Uint8Array]';
}
