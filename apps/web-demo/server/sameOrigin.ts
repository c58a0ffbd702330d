// This file decides whether a request comes from this server's own page: other sites must not spend the API key.

/** Headers of a request, names in lower case; Node gives a list where a header came more than once. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * True for this server's own pages, and for programs, which send neither header and are not led by a web site.
 * Whether the name in `Host` is ours is checked before, by Vite's `allowedHosts`.
 */
export function isOwnOrigin(headers: RequestHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return typeof origin === 'string' && host !== undefined && hostOf(origin) === host;
}

/** Host and port of an origin, or null for what is no web origin: `null`, a file, nonsense. */
function hostOf(origin: string): string | null {
  return /^https?:\/\/([^/]+)$/.exec(origin)?.[1] ?? null;
}
