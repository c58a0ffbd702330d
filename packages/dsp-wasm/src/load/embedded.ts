// This file decodes what is embedded as base64 on pages and in Node, which have `atob`; AudioWorkletGlobalScope has not.

declare const atob: (base64: string) => string;

export function decodeEmbedded(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
