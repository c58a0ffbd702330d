// This file judges the request that opens a socket: rules.
import { CLOSE_CODES, PATH, SUBPROTOCOL_PREFIX } from '@voicewire/protocol/amigo';
import type { AmigoBackend } from '../amigo-shared/amigoBackend.ts';
import type { ActionFilter } from '../amigo-shared/actionFilter.ts';
import { ALL_ACTIONS, compileActionFilter } from '../amigo-shared/actionFilter.ts';
import type { TokenGrant } from '../amigo-shared/tokenBook.ts';
import type { Severity } from '../ledger/records.ts';
import type { Profile } from '../server/policy.ts';
import type { UpgradeRequest } from '../server/connection.ts';
import type { Target } from '../server/http.ts';
import { queryValue } from '../server/http.ts';
import type { RuleId } from './rules.ts';

/** Where the sockets are; the organization is percent-encoded. */
const SOCKET_PATH = new RegExp(`^/v1/([^/]+)/${PATH}$`);
/** Characters of a subprotocol, RFC 7230 section 3.2.6. */
const TOKEN_CHARACTERS = /^[!#$%&'*+\-.^_`|~A-Za-z0-9]+$/;
/** What RFC 3986 lets stand in a query as it is, besides `%`; `+` is a blank there. */
const ENCODED_VALUE = /^[\w\-.~!$'()*,;=:@/?%]*$/;
const ACTION_PARAMETER = 'current_agent_action_type';
const TOKEN_PARAMETERS: ReadonlySet<string> = new Set(['token', 'access_token', 'id_token', 'jwt', 'authorization']);
const PERMISSION = 'Conversation:InteractWithConversation';

/** Something that is wrong with the request. */
export interface Objection {
  readonly ruleId: RuleId;
  readonly detail: string;
  /** Default: that of the rule. */
  readonly severity?: Severity;
  /** What the vendor closes with; absent where it is only recorded. */
  readonly closeCode?: number;
}

/** What a client asks for. */
export interface Handshake {
  readonly organization: string;
  /** Secret; empty when there is none. */
  readonly token: string;
  /** Absent for a token that is worth nothing. */
  readonly grant: TokenGrant | undefined;
  /** To be repeated. */
  readonly subprotocol: string | undefined;
  readonly responseFormat: 'text' | 'voice';
  readonly audioFormat: 'pcm' | 'mp3';
  /** Absent when the client asked for nothing. */
  readonly actionFilter: ActionFilter | undefined;
  /** The first one that has a close code decides, under policy `enforce`. */
  readonly objections: readonly Objection[];
}

/** The organization in a path of ours; nothing for other paths. */
export function organizationOf(pathname: string): string | undefined {
  const encoded = SOCKET_PATH.exec(pathname)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    // Not percent-encoding: an organization of that name exists nowhere.
    return encoded;
  }
}

/** True for a path that was meant to be ours. */
export function isNearMiss(pathname: string): boolean {
  return pathname.includes('converse_realtime') && organizationOf(pathname) === undefined;
}

/** Judges a request on one of our paths. */
export function judgeHandshake(
  request: UpgradeRequest,
  target: Target,
  organization: string,
  backend: AmigoBackend,
  profile: Profile,
): Handshake {
  const objections: Objection[] = [];
  const [subprotocol] = request.subprotocols;
  // First, as in the HTTP API: no token is worth anything where there is no organization, so none is judged there.
  const isKnown = organization === backend.accounts.organization;
  if (!isKnown) {
    objections.push({ ruleId: 'A-01', detail: 'no such organization here', closeCode: CLOSE_CODES.notFound });
  }
  const token = readToken(request.subprotocols, objections);
  const grant = token === '' || !isKnown ? undefined : judgeToken(token, organization, backend, objections);
  if (hasTokenElsewhere(request, target, backend)) {
    objections.push({ ruleId: 'A-04', detail: 'a token in a header or in the URL' });
  }
  const isLiteral = profile === 'literal';
  return {
    organization,
    token,
    grant,
    subprotocol,
    ...readFormats(target, isLiteral, objections),
    actionFilter: readFilter(request, target, isLiteral, objections),
    objections,
  };
}

function readToken(subprotocols: readonly string[], objections: Objection[]): string {
  const [first = ''] = subprotocols;
  const token = first.startsWith(SUBPROTOCOL_PREFIX) ? first.slice(SUBPROTOCOL_PREFIX.length) : '';
  const fault =
    subprotocols.length !== 1
      ? `${subprotocols.length} subprotocols, wanted 1`
      : token === ''
        ? `no subprotocol that begins with ${SUBPROTOCOL_PREFIX} and has a token`
        : TOKEN_CHARACTERS.test(token)
          ? undefined
          : 'a token with characters that no subprotocol has';
  if (fault !== undefined) objections.push({ ruleId: 'A-02', detail: fault, closeCode: CLOSE_CODES.unauthorized });
  return token;
}

function judgeToken(
  token: string,
  organization: string,
  { tokens }: AmigoBackend,
  objections: Objection[],
): TokenGrant | undefined {
  const object = (detail: string, closeCode: number): void => {
    objections.push({ ruleId: 'A-07', detail, closeCode });
  };
  const verdict = tokens.present(token, organization);
  switch (verdict.kind) {
    case 'unknown':
      object('the token was never issued for this organization', CLOSE_CODES.unauthorized);
      return undefined;
    case 'expired':
      object(`the token expired ${Math.round(verdict.byMs)} ms ago`, CLOSE_CODES.unauthorized);
      return verdict.grant;
    case 'not-yet-valid':
      object(`the token is valid in ${Math.round(verdict.inMs)} ms`, CLOSE_CODES.unauthorized);
      return verdict.grant;
    case 'wrong-region':
      object('the organization lives in another region', CLOSE_CODES.notFound);
      return verdict.grant;
    case 'good':
      if (!verdict.grant.permissions.has(PERMISSION)) object(`no permission ${PERMISSION}`, CLOSE_CODES.forbidden);
      return verdict.grant;
  }
}

function hasTokenElsewhere({ headers }: UpgradeRequest, { query }: Target, { tokens }: AmigoBackend): boolean {
  if (headers['authorization'] !== undefined) return true;
  return query.some(([name, value]) => TOKEN_PARAMETERS.has(name.toLowerCase()) || tokens.isToken(value));
}

function readFormats(
  target: Target,
  isLiteral: boolean,
  objections: Objection[],
): Pick<Handshake, 'responseFormat' | 'audioFormat'> {
  const responseFormat = queryValue(target, 'response_format');
  const audioFormat = queryValue(target, 'audio_format');
  const object = (detail: string, rest: Partial<Objection> = { closeCode: CLOSE_CODES.badRequest }): void => {
    objections.push({ ruleId: 'A-05', detail, ...rest });
  };
  if (responseFormat !== 'text' && responseFormat !== 'voice') object('response_format is not text or voice');
  const isKnown = audioFormat === 'pcm' || audioFormat === 'mp3';
  if (responseFormat === 'voice' && !isKnown) object('audio_format is not pcm or mp3, and response_format is voice');
  if (responseFormat === 'text' && audioFormat !== undefined) {
    object('audio_format with response_format text', isLiteral ? undefined : { severity: 'strict' });
  }
  return {
    responseFormat: responseFormat === 'text' ? 'text' : 'voice',
    audioFormat: audioFormat === 'mp3' && responseFormat !== 'text' ? 'mp3' : 'pcm',
  };
}

function readFilter(
  request: UpgradeRequest,
  target: Target,
  isLiteral: boolean,
  objections: Objection[],
): ActionFilter | undefined {
  const pattern = queryValue(target, ACTION_PARAMETER);
  if (pattern === undefined) return undefined;
  const closeCode = CLOSE_CODES.badRequest;
  const raw = new RegExp(`[?&]${ACTION_PARAMETER}=([^&#]*)`).exec(request.path)?.[1] ?? '';
  if (!ENCODED_VALUE.test(raw)) {
    const detail = `${ACTION_PARAMETER} is not percent-encoded`;
    objections.push({ ruleId: 'A-06', detail, severity: 'strict', ...(isLiteral ? { closeCode } : {}) });
  }
  if (!isDecodable(raw)) {
    objections.push({ ruleId: 'A-06', detail: `${ACTION_PARAMETER} has an escape that cannot be decoded`, closeCode });
    return ALL_ACTIONS;
  }
  const filter = compileActionFilter(pattern);
  if (filter !== undefined) return filter;
  objections.push({ ruleId: 'A-06', detail: `${ACTION_PARAMETER} is no RE2 expression`, closeCode });
  return ALL_ACTIONS;
}

/** False for `%` without two hex digits, and for escapes that are no UTF-8. */
function isDecodable(encoded: string): boolean {
  try {
    decodeURIComponent(encoded);
    return true;
  } catch {
    return false;
  }
}
