// This file knows which close codes may be sent on a WebSocket.

/** RFC 6455 and the IANA registry: not those that only describe how a connection ended, apart from 1005, no code. */
export function isSendableCloseCode(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1006;
}
