// This file reads where the speech is in a WAV file from a JSON file beside it.
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { BenchError } from '../benchError.ts';
import type { SpeechSegment } from './speechSegment.ts';

const Seconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const Segment = v.pipe(
  v.tuple([Seconds, Seconds]),
  v.check(([startS, endS]) => startS < endS, 'a start before its end'),
);
const SidecarSchema = v.object({
  segments: v.pipe(
    v.array(Segment),
    v.minLength(1, 'at least one segment'),
    v.check(
      (segments) => segments.every((segment, i) => segment[0] >= (segments[i - 1]?.[1] ?? 0)),
      'ascending segments',
    ),
  ),
});

/** Where a sidecar is looked for, in this order: `hello.wav.json`, then `hello.json`. */
export function sidecarPathsOf(wavPath: string): string[] {
  const withoutExtension = wavPath.replace(/\.wav$/i, '');
  return withoutExtension === wavPath ? [`${wavPath}.json`] : [`${wavPath}.json`, `${withoutExtension}.json`];
}

/**
 * Speech segments of a WAV file, `{ "segments": [[startS, endS], …] }` in seconds; other fields are left alone.
 *
 * @returns Null when there is no sidecar.
 * @throws {BenchError} `sidecar-invalid`: a sidecar that cannot be used is never passed over in silence.
 */
export async function readSidecar(wavPath: string): Promise<readonly SpeechSegment[] | null> {
  for (const path of sidecarPathsOf(wavPath)) {
    const text = await readIfThere(path);
    if (text !== null) return parseSidecar(text, path);
  }
  return null;
}

/** @throws {BenchError} `sidecar-invalid`. */
export function parseSidecar(text: string, path: string): readonly SpeechSegment[] {
  const fail = (why: string, cause?: unknown): never => {
    const wanted = '{ "segments": [[startS, endS], …] } with ascending times in seconds';
    throw new BenchError(
      'sidecar-invalid',
      `The sidecar "${path}" cannot be used: ${why}. Write ${wanted}, or remove it.`,
      cause,
    );
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return fail('it is no JSON', cause);
  }
  const parsed = v.safeParse(SidecarSchema, json);
  if (!parsed.success) return fail(`at ${v.getDotPath(parsed.issues[0]) ?? 'its top'}, ${parsed.issues[0].message}`);
  return parsed.output.segments.map(([startS, endS]) => ({ startS, endS }));
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ENOENT') return null;
    throw new BenchError(
      'sidecar-invalid',
      `The sidecar "${path}" could not be read. Check its permissions, or remove it.`,
      cause,
    );
  }
}
