// This file lists why the relay turns somebody away: one catalogue of stable codes, for HTTP answers, closes and events.

interface CatalogueEntry {
  /** Of the HTTP answer, where the refusal is one. */
  readonly status: number;
  /** What the one who asked may know. Shown in the answer or the close reason. */
  readonly message: string;
}

/** All codes, each in the table of the README. Stable: never renamed, only added. */
export const REFUSALS = {
  'origin-refused': { status: 403, message: 'This origin is not on the list.' },
  'not-authorized': { status: 401, message: 'Sign in first.' },
  'authorize-failed': { status: 500, message: 'The server could not tell who is asking.' },
  'method-not-allowed': { status: 405, message: 'Ask with POST.' },
  'not-found': { status: 404, message: 'There is nothing at this address.' },
  'rate-limited': { status: 429, message: 'Too many tokens were asked for; wait a while.' },
  'relay-full': { status: 503, message: 'As many connections are open as the relay takes.' },
  'relay-draining': { status: 503, message: 'The relay is restarting.' },

  'token-invalid': { status: 401, message: 'This token opens nothing here.' },
  'token-expired': { status: 401, message: 'The token came too late; get another.' },
  'token-used': { status: 401, message: 'The token was used before; get another.' },
  'first-message-invalid': { status: 400, message: 'The first message opens nothing.' },
  'first-message-late': { status: 408, message: 'The first message did not come in time.' },
  'not-allowed': { status: 403, message: 'The relay is not there for this agent.' },

  'vendor-key-refused': { status: 502, message: "The vendor refused the server's key." },
  'vendor-unavailable': { status: 502, message: 'The vendor could not be reached.' },

  flooded: { status: 429, message: 'Too many messages came at once.' },
  'message-too-big': { status: 413, message: 'A message was larger than the relay takes.' },
  'connection-dead': { status: 408, message: 'Nothing came through for too long.' },
  'session-too-long': { status: 408, message: 'The longest time for one connection is over.' },
} as const satisfies Record<string, CatalogueEntry>;

/** Stable, documented code of a refusal. */
export type RefusalCode = keyof typeof REFUSALS;

/** Carries a refusal out of asynchronous code. Holds nothing but its code, so that it can be shown to anybody. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(REFUSALS[code].message);
    this.code = code;
  }
}

/** The code of whatever was thrown; what is no refusal is called `otherwise`, and nothing of it is kept. */
export function refusalCodeOf(thrown: unknown, otherwise: RefusalCode): RefusalCode {
  return thrown instanceof Refusal ? thrown.code : otherwise;
}
