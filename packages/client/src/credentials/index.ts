// This file exports what a server needs to get credentials from a vendor with the vendor's key.
export { VoiceError, type ErrorCode, type ErrorDetails } from '../errors.ts';
export type { Clock } from '../ports/clock.ts';
export type { FetchLike } from './httpCall.ts';
export {
  requestCredentials,
  type AnswerReader,
  type AnswerReading,
  type RequestCredentialsOptions,
} from './requestCredentials.ts';
