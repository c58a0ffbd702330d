// This file models every message that a client of Soca sends, in the vendor's own spelling: schemas and their types.
//
// Pages: [stream], [demo] as listed in constants.ts. Only servers and relays read these, so a client's code takes types from
// here and no value: its page then carries no schema of what it writes itself.
import * as v from 'valibot';
import { LANGUAGES, LIMITS } from './constants.ts';

const text = (what: string) => v.pipe(v.string(), v.nonEmpty(what));

/** Which language the agent listens for, and at what rate audio will come; both have defaults. */
const speech = {
  lang: v.optional(v.picklist(LANGUAGES)),
  /** Hz. */
  sr: v.optional(v.literal(LIMITS.sampleRate)),
};

/** The client's first message. [stream] "Authenticate". */
export const StartSchema = v.looseObject({
  type: v.literal('start'),
  /** Secret: the key of the account, long-lived. */
  private_key: text('a key'),
  session_id: text('a session id'),
  agent_id: text('an agent id'),
  ...speech,
});
export type StartMessage = v.InferOutput<typeof StartSchema>;

const tokenStart = {
  /** Secret. */
  token: text('a token'),
  session_id: text('a session id'),
  agent_id: text('an agent id'),
  ...speech,
};

/** Wire form of {@link TokenStartMessage}. [demo], an earlier state. */
export const TokenStartSchema = v.looseObject({ type: v.literal('start'), ...tokenStart });

/** The first message of older deployments, with a `token` for the `private_key`. `type` is ours: the wire's is `start`. */
export type TokenStartMessage = { readonly type: 'tokenStart' } & v.InferOutput<
  v.LooseObjectSchema<typeof tokenStart, undefined>
>;

/** The first message to a relay of ours, which puts a {@link StartMessage} in its place. Not the vendor's. */
export const RelayStartSchema = v.looseObject({
  type: v.literal('relay.start'),
  /** Secret: opens the relay, not the vendor. */
  token: text('a token'),
  /** An earlier session that is to be taken up again. */
  session_id: v.optional(text('a session id')),
  agent_id: text('an agent id'),
  ...speech,
});
export type RelayStartMessage = v.InferOutput<typeof RelayStartSchema>;

/** Ends the user's utterance. [stream] "Control Messages". */
export const StopSchema = v.looseObject({ type: v.literal('stop') });
export type StopMessage = v.InferOutput<typeof StopSchema>;

/** The user interrupts the agent. The server's message of the same name is {@link BargeSchema}. [stream] "Control Messages". */
export const ClientBargeSchema = v.looseObject({ type: v.literal('barge') });
export type ClientBargeMessage = v.InferOutput<typeof ClientBargeSchema>;

/** The client's messages by their `type`, but for those that stand for `start`. */
export const CLIENT_SCHEMAS = {
  start: StartSchema,
  'relay.start': RelayStartSchema,
  stop: StopSchema,
  barge: ClientBargeSchema,
} as const;
