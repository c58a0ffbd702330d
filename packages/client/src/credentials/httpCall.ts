// This file makes one HTTP call over whatever `fetch` it is given.

/** The part of the platform's `fetch` that is used; pass `fetch` itself. */
export type FetchLike = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; redirect?: 'manual' },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

/** What goes out. `headers` and `body` may hold secrets. */
export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. The body may hold secrets. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Makes the call and reads the whole answer. Rejects with whatever `fetch` rejects with. */
export async function makeCall(fetch: FetchLike, call: HttpCall, redirect?: 'manual'): Promise<HttpAnswer> {
  const { method, url, headers, body } = call;
  const response = await fetch(url, {
    method,
    headers: { ...headers },
    ...(body === undefined ? {} : { body }),
    ...(redirect === undefined ? {} : { redirect }),
  });
  return { status: response.status, body: await response.text() };
}
