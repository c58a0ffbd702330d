// This file holds the valibot schemas of the Voice API: its server's messages, the first one of a client, and HTTP bodies.
//
// Pages as listed in constants.ts.
import * as v from 'valibot';
import { messageSchema } from '../wire/schemaOf.ts';
import { CREDENTIALS_RULES, SERVER_SHAPES } from './messages.ts';

export const ConnectedSchema = messageSchema('type', 'connected', SERVER_SHAPES.connected);
export const AgentReadySchema = messageSchema('type', 'agent_ready', SERVER_SHAPES.agent_ready);
export const SessionEndedSchema = messageSchema('type', 'session_ended', SERVER_SHAPES.session_ended);
export const ErrorSchema = messageSchema('type', 'error', SERVER_SHAPES.error);

/** Wire form of {@link AuthMessage}: the one message without a `type`. [ws] "Authentication". */
export const AuthSchema = v.looseObject({ token: v.string() });

/** Body of a 200 from `POST /api/v1/sdk/token`; also the shape of the credentials. [auth] "Token Endpoint". */
export const TokenResponseSchema = v.looseObject({
  token: v.pipe(v.string(), v.regex(...CREDENTIALS_RULES.token)),
  ws_url: v.pipe(v.string(), v.regex(...CREDENTIALS_RULES.ws_url)),
});
export type TokenResponse = v.InferOutput<typeof TokenResponseSchema>;

/** Body of a 200 from `POST /api/v1/sdk/heartbeat`; `status` is `ok`. [auth] "Health Check". */
export const HeartbeatResponseSchema = v.looseObject({ status: v.string() });
export type HeartbeatResponse = v.InferOutput<typeof HeartbeatResponseSchema>;
