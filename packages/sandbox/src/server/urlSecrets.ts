// This file looks for credentials in URLs, where proxies and histories keep them: rule S-01.
import { parseTarget } from './http.ts';

/** Longer URLs are not searched to their end. */
const MAX_PATH_CHARS = 8192;
/** Three parts of base64url, the first of which is JSON. */
const JSON_WEB_TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/;

/** @returns What was found and where, without the secret; nothing when the URL is clean. */
export function findUrlSecret(path: string, keys: ReadonlySet<string>): string | undefined {
  const { pathname, query } = parseTarget(path.slice(0, MAX_PATH_CHARS));
  for (const [name, value] of query) {
    const where = `in the query parameter ${JSON.stringify(name.slice(0, 40))}`;
    if (keys.has(value)) return `a key ${where}`;
    if (JSON_WEB_TOKEN.test(value)) return `a JSON web token ${where}`;
    if (keys.has(name) || JSON_WEB_TOKEN.test(name)) return 'a credential as the name of a query parameter';
  }
  if (JSON_WEB_TOKEN.test(pathname)) return 'a JSON web token in the path';
  return pathname.split('/').some((segment) => keys.has(segment)) ? 'a key in the path' : undefined;
}
