// This file knows the paths of Amigo's HTTP API, slash by slash.

/** One of our endpoints. */
export type Route =
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'conversations' }
  | { readonly kind: 'interact'; readonly conversationId: string }
  | { readonly kind: 'finish'; readonly conversationId: string }
  | { readonly kind: 'messages'; readonly conversationId: string }
  | { readonly kind: 'source'; readonly conversationId: string; readonly messageId: string }
  /** Ours: where the URL that `source` gives leads to. */
  | { readonly kind: 'recording'; readonly conversationId: string; readonly messageId: string }
  /** A slash too many or too few at the end. */
  | { readonly kind: 'misspelt'; readonly rightPath: string }
  | { readonly kind: 'unknown' };

/** A path below an organization. */
export interface RoutedPath {
  readonly organization: string;
  readonly route: Route;
}

/** Methods by kind of route. */
export const ROUTE_METHODS = {
  'sign-in': ['POST'],
  conversations: ['GET', 'POST'],
  interact: ['POST'],
  finish: ['POST'],
  messages: ['GET'],
  source: ['GET'],
  recording: ['GET'],
} as const satisfies Partial<Record<Route['kind'], readonly string[]>>;

/** The real-time surface, which is another server's. */
const REALTIME_PATH = 'conversation/converse_realtime';

/** Finds the endpoint; nothing for paths that are not this server's at all. */
export function findRoute(pathname: string): RoutedPath | undefined {
  const match = /^\/v1\/([^/]+)\/((?:user|conversation)(?:\/.*)?)$/.exec(pathname);
  const [, organization, rest] = match ?? [];
  if (organization === undefined || rest === undefined || rest === REALTIME_PATH) return undefined;
  const route = matchRest(rest);
  if (route !== undefined) return { organization, route };
  const otherRest = rest.endsWith('/') ? rest.slice(0, -1) : `${rest}/`;
  const isMisspelt = matchRest(otherRest) !== undefined;
  const rightPath = `/v1/${organization}/${otherRest}`;
  return { organization, route: isMisspelt ? { kind: 'misspelt', rightPath } : { kind: 'unknown' } };
}

/** The path of a recording. */
export function recordingPath(organization: string, conversationId: string, messageId: string): string {
  return `/v1/${organization}/conversation/${conversationId}/messages/${messageId}/recording`;
}

function matchRest(rest: string): Route | undefined {
  if (rest === 'user/signin_with_api_key') return { kind: 'sign-in' };
  if (rest === 'conversation/') return { kind: 'conversations' };
  const ofConversation = /^conversation\/([^/]+)\/(interact$|finish\/$|messages\/$)/.exec(rest);
  const [, conversationId, what] = ofConversation ?? [];
  if (conversationId !== undefined) {
    return { kind: what === 'interact' ? what : what === 'finish/' ? 'finish' : 'messages', conversationId };
  }
  const ofMessage = /^conversation\/([^/]+)\/messages\/([^/]+)\/(source|recording)$/.exec(rest);
  const [, ofId, messageId, end] = ofMessage ?? [];
  if (ofId === undefined || messageId === undefined) return undefined;
  return { kind: end === 'source' ? 'source' : 'recording', conversationId: ofId, messageId };
}
