// This file makes the calls to vendors that hold their keys, and keeps everything of them out of what it throws.
import type { ApiResult, HttpRequest } from '@voicewire/protocol';
import { Refusal } from '../refusals.ts';

/** Longest answer that is read, in bytes. Ours: tokens have a few thousand. */
const MAX_ANSWER_BYTES = 65_536;
/** Below the 10 s that clients wait for credentials, so that they hear whose fault it was. */
const LIMIT_MS = 8000;

/**
 * Makes one call, and reads the answer.
 * @throws {Refusal} `vendor-key-refused`, `vendor-unavailable`; without a cause, since platforms quote headers.
 */
export async function callVendor<Answer>(
  fetch: typeof globalThis.fetch,
  { method, url, headers, body }: HttpRequest,
  read: (status: number, bodyText: string) => ApiResult<Answer>,
): Promise<Answer> {
  const result = await fetch(url, {
    method,
    headers: { ...headers },
    ...(body !== undefined && { body }),
    // A redirect would carry the key to wherever it leads.
    redirect: 'manual',
    signal: AbortSignal.timeout(LIMIT_MS),
  })
    .then(async (response) => read(response.status, await readText(response)))
    .catch(() => undefined);
  if (result?.ok) return result.message;
  const isKeyRefused = result?.code === 'credentials-rejected' || result?.code === 'credentials-forbidden';
  throw new Refusal(isKeyRefused ? 'vendor-key-refused' : 'vendor-unavailable');
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_ANSWER_BYTES) throw new Refusal('vendor-unavailable');
  }
  return Buffer.concat(chunks).toString('utf8');
}
