// This file keeps a bug that one request or connection meets from ending the process, and everybody else's sessions with it.

/**
 * Makes an error visible that nobody expected, as a warning of the process. Its message is left out: it may quote what a client
 * sent.
 *
 * @param what What has failed, such as `A request`.
 */
export function reportInternalError(what: string, error: unknown): void {
  process.emitWarning(`${what} failed: ${describe(error)}`, { code: 'internal-error' });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `${typeof error} was thrown`;
  const { name, message, stack = '' } = error;
  const framesAt = stack.indexOf('\n    at ', stack.indexOf(message) + message.length);
  return framesAt < 0 ? name : name + stack.slice(framesAt);
}
