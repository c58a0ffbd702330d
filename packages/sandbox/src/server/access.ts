// This file keeps other web sites out of a local server: a Host check against DNS rebinding, an Origin check against
// cross-site sockets, and CORS for the pages that are let in.
import type { HttpResponse } from './http.ts';
import { textResponse } from './http.ts';

/** Who may talk to the sandbox. */
export interface AccessPolicy {
  /** Host names that are accepted besides `localhost` and IP addresses (a rebinding attack always shows a name). */
  readonly allowedHosts: readonly string[];
  /** Origins that are accepted besides pages on this machine. Requests without Origin do not come from a page. */
  readonly allowedOrigins: readonly string[];
}

/** Longest name there is, and a port. Hosts are kept with tokens. */
const MAX_HOST_CHARS = 261;

type Headers = Readonly<Record<string, string>>;

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** The response that refuses the request, or nothing when it may pass. */
export function refusal(headers: Headers, policy: AccessPolicy): HttpResponse | undefined {
  const host = headers['host'];
  if (host === undefined || host.length > MAX_HOST_CHARS || !isHostAllowed(hostName(host), policy)) {
    return textResponse(421, 'This server answers only to its own address.\n');
  }
  const origin = headers['origin'];
  if (origin !== undefined && !isOriginAllowed(origin, policy)) {
    return textResponse(403, 'This origin is not allowed.\n');
  }
  return undefined;
}

/** Adds what a page of another origin needs to read the response. Call it for allowed origins only. */
export function withCors(response: HttpResponse, headers: Headers): HttpResponse {
  const origin = headers['origin'];
  const vary = { vary: 'origin' };
  const allow = origin === undefined ? {} : { 'access-control-allow-origin': origin };
  return { ...response, headers: { ...response.headers, ...vary, ...allow } };
}

/** What a page of another origin may send. */
export interface CorsRules {
  /** Default `POST`. */
  readonly methods?: string;
  /** Names of request headers. Default `authorization, content-type`. */
  readonly requestHeaders?: string;
}

/** Answers a CORS preflight. */
export function preflight(headers: Headers, { methods, requestHeaders }: CorsRules = {}): HttpResponse {
  const response: HttpResponse = {
    status: 204,
    headers: {
      'access-control-allow-methods': methods ?? 'POST',
      'access-control-allow-headers': requestHeaders ?? 'authorization, content-type',
      'access-control-max-age': '600',
    },
    body: '',
  };
  return withCors(response, headers);
}

function isHostAllowed(name: string, policy: AccessPolicy): boolean {
  return isLocalName(name) || IPV4.test(name) || name.startsWith('[') || policy.allowedHosts.includes(name);
}

function isOriginAllowed(origin: string, policy: AccessPolicy): boolean {
  if (policy.allowedOrigins.includes(origin)) return true;
  const match = /^https?:\/\/([^/]+)$/.exec(origin);
  return match?.[1] !== undefined && isLocalName(hostName(match[1]));
}

function isLocalName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** `host[:port]` without the port, in lower case; an IPv6 address keeps its brackets. */
function hostName(authority: string): string {
  return authority.toLowerCase().replace(/:\d*$/, '');
}
