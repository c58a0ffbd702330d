// This file takes a form apart: multipart/form-data as RFC 7578 has it, in linear time and with bounds.
import type { FormPart } from '@voicewire/protocol/wire';
import { decodeUtf8, encodeUtf8 } from '@voicewire/protocol/wire';

/** Parts that are read; no form of this vendor's has more than 2 and an event or two. */
const MAX_PARTS = 256;
/** Headers of one part, in bytes. */
const MAX_HEADER_BYTES = 4096;
/** RFC 2046 allows 70 characters. */
const MAX_BOUNDARY_CHARS = 70;
const CR = 13;
const LF = 10;
const DASH = 45;

/** The parts, or what is wrong with the form. */
export type ParsedForm =
  | { readonly ok: true; readonly parts: readonly FormPart[] }
  | { readonly ok: false; readonly detail: string };

/** The boundary that a content type names; nothing where it is no form, or names none. */
export function boundaryOf(contentType: string): string | undefined {
  const match = /^multipart\/form-data;\s*boundary=(?:"([^"]+)"|([^";\s]+))\s*$/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

/** Reads a form. Files are views of `body`, not copies. Never throws. */
export function parseMultipart(body: Uint8Array, boundary: string): ParsedForm {
  if (boundary.length > MAX_BOUNDARY_CHARS) return fail(`a boundary of ${boundary.length} characters`);
  const delimiter = encodeUtf8(`--${boundary}`);
  let at = findDelimiter(body, delimiter, 0);
  if (at === undefined) return fail('the boundary of the content type is not in the body');
  const parts: FormPart[] = [];
  for (;;) {
    const afterBoundary = at + delimiter.length;
    if (body[afterBoundary] === DASH && body[afterBoundary + 1] === DASH) return { ok: true, parts };
    const headerStart = endOfLine(body, afterBoundary);
    if (headerStart === undefined) return fail('no line end behind a boundary');
    const next = findDelimiter(body, delimiter, headerStart);
    if (next === undefined) return fail('the last boundary is missing');
    const part = readPart(body, headerStart, startOfLineEnd(body, next));
    if (typeof part === 'string') return fail(part);
    parts.push(part);
    if (parts.length > MAX_PARTS) return fail(`over ${MAX_PARTS} parts`);
    at = next;
  }
}

/** One part, or what is wrong with it. */
function readPart(body: Uint8Array, start: number, end: number): FormPart | string {
  const headerEnd = findBlankLine(body, start, Math.min(end, start + MAX_HEADER_BYTES));
  if (headerEnd === undefined) return 'a part without the blank line behind its headers';
  const headers = decodeUtf8(body.subarray(start, headerEnd)).split('\r\n');
  const disposition = headerValue(headers, 'content-disposition');
  const name = parameterOf(disposition, 'name');
  if (name === undefined || !/^form-data\b/i.test(disposition)) return 'a part without a name';
  const bytes = body.subarray(Math.min(headerEnd + 4, end), end);
  const fileName = parameterOf(disposition, 'filename');
  const contentType = headerValue(headers, 'content-type');
  // As servers do: what has a file name is a file. A type alone makes a part typed text.
  if (fileName === undefined) return { kind: 'text', name, text: decodeUtf8(bytes) };
  return { kind: 'file', name, fileName, contentType: contentType || 'application/octet-stream', bytes };
}

function headerValue(lines: readonly string[], name: string): string {
  const prefix = `${name}:`;
  return (
    lines
      .find((line) => line.toLowerCase().startsWith(prefix))
      ?.slice(prefix.length)
      .trim() ?? ''
  );
}

/** The three characters that browsers escape come back. HTML, "multipart/form-data encoding algorithm". */
function parameterOf(disposition: string, name: string): string | undefined {
  const value = new RegExp(`[;\\s]${name}="([^"]*)"`, 'i').exec(disposition)?.[1];
  return value?.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

/** Where the next boundary begins, at the start of a line. */
function findDelimiter(body: Uint8Array, delimiter: Uint8Array, from: number): number | undefined {
  for (let at = body.indexOf(DASH, from); at !== -1; at = body.indexOf(DASH, at + 1)) {
    const isLineStart = at === 0 || body[at - 1] === LF;
    if (isLineStart && startsWith(body, delimiter, at)) return at;
  }
  return undefined;
}

function startsWith(body: Uint8Array, wanted: Uint8Array, at: number): boolean {
  for (let i = 0; i < wanted.length; i++) if (body[at + i] !== wanted[i]) return false;
  return true;
}

/** Where the line behind a boundary begins; blanks may pad the boundary. */
function endOfLine(body: Uint8Array, from: number): number | undefined {
  let at = from;
  while (body[at] === 32 || body[at] === 9) at += 1;
  return body[at] === CR && body[at + 1] === LF ? at + 2 : undefined;
}

/** Where the line end before a boundary begins, which belongs to the boundary. */
function startOfLineEnd(body: Uint8Array, boundaryAt: number): number {
  const lineFeedAt = boundaryAt - 1;
  return body[lineFeedAt - 1] === CR ? lineFeedAt - 1 : lineFeedAt;
}

function findBlankLine(body: Uint8Array, from: number, until: number): number | undefined {
  for (let at = body.indexOf(CR, from); at !== -1 && at < until; at = body.indexOf(CR, at + 1)) {
    if (body[at + 1] === LF && body[at + 2] === CR && body[at + 3] === LF) return at;
  }
  return undefined;
}

function fail(detail: string): ParsedForm {
  return { ok: false, detail };
}
