// This file measures messages.

/** Size on the wire, in bytes: of text, in UTF-8. */
export function sizeOfMessage(data: string | Uint8Array): number {
  if (typeof data !== 'string') return data.length;
  let bytes = 0;
  for (let i = 0; i < data.length; i++) {
    const unit = data.charCodeAt(i);
    // A surrogate pair takes four bytes, which is two for each of its units.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}
