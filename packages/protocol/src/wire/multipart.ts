// This file describes a form with files and writes it as the body of an HTTP request.
import { encodeUtf8 } from './utf8.ts';

/** One field of a form. A page gives these to `FormData.append`, a file as a `Blob` of its bytes and type. */
export type FormPart =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly fileName: string;
      /** Media type, ASCII. */
      readonly contentType: string;
      readonly bytes: Uint8Array;
    };

/** A form, ready to be sent where there is no `FormData`. */
export interface MultipartBody {
  /** Value of the `Content-Type` header: one space, and the boundary last. */
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Random digits in a boundary: 28 of 36 values are 144 bits, so that no one can plant one in a file. RFC 2046 allows 70. */
const BOUNDARY_DIGITS = 28;
const BOUNDARY_PREFIX = 'voicewire-';
const LINE_END = '\r\n';

/**
 * Writes the form as `multipart/form-data`, byte for byte as given: unlike `FormData`, line ends in text stay as they are.
 *
 * @param random Gives numbers in [0, 1); draws the boundary, which occurs in no part.
 */
export function encodeMultipart(parts: readonly FormPart[], random: () => number): MultipartBody {
  const bodies = parts.map((part) => (part.kind === 'file' ? part.bytes : encodeUtf8(part.text)));
  const boundary = drawBoundary(bodies, random);
  const pieces: Uint8Array[] = [];
  for (const [index, part] of parts.entries()) {
    const body = bodies[index];
    if (body === undefined) continue;
    pieces.push(
      encodeUtf8(`--${boundary}${LINE_END}${headersOf(part)}${LINE_END}${LINE_END}`),
      body,
      encodeUtf8(LINE_END),
    );
  }
  pieces.push(encodeUtf8(`--${boundary}--${LINE_END}`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: concat(pieces) };
}

function headersOf(part: FormPart): string {
  const disposition = `Content-Disposition: form-data; name="${escapeParameter(part.name)}"`;
  if (part.kind === 'text') return disposition;
  return `${disposition}; filename="${escapeParameter(part.fileName)}"${LINE_END}Content-Type: ${part.contentType}`;
}

/** As browsers do: HTML, "multipart/form-data encoding algorithm". */
function escapeParameter(value: string): string {
  return value.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function drawBoundary(bodies: readonly Uint8Array[], random: () => number): string {
  for (let attempt = 0; ; attempt++) {
    // The count ends the search even where `random` always gives the same.
    let boundary = BOUNDARY_PREFIX + (attempt === 0 ? '' : attempt.toString(36));
    for (let digit = 0; digit < BOUNDARY_DIGITS; digit++) boundary += Math.floor(random() * 36).toString(36);
    const wanted = encodeUtf8(boundary);
    if (!bodies.some((body) => includesBytes(body, wanted))) return boundary;
  }
}

function includesBytes(bytes: Uint8Array, wanted: Uint8Array): boolean {
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
