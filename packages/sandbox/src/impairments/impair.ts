// This file makes connections bad, for every vendor alike, before a vendor sees them.
import type { IncomingConnection } from '../server/connection.ts';
import { ImpairedSocket } from './impairedSocket.ts';
import type { ImpairmentPlan } from './plan.ts';
import type { ImpairmentPorts } from './ports.ts';

/** Nobody is there (RFC 6761), and credentials must not go there. */
const REDIRECT_LOCATION = 'http://elsewhere.invalid/';

/** The same connection over a bad network, the connection itself without a plan, or nothing: then it is refused already. */
export function impair(
  connection: IncomingConnection,
  plan: ImpairmentPlan,
  ports: ImpairmentPorts,
): IncomingConnection | undefined {
  if (Object.keys(plan).length === 0) return connection;
  if (plan.refuseStatus !== undefined) {
    refuse(connection, plan.refuseStatus, plan);
    return undefined;
  }
  return {
    request: connection.request,
    refuse: (status, reason, headers) => connection.refuse(status, reason, headers),
    open: (start, subprotocol, maxMessageBytes) => {
      const open = (): void => {
        if (!ports.isServing()) return connection.refuse(503, 'Service Unavailable');
        connection.open((carrier) => new ImpairedSocket(carrier, plan, ports, start), subprotocol, maxMessageBytes);
      };
      const openingMs = openingDelayMs(plan);
      if (openingMs > 0) ports.clock.setTimer(openingMs, open);
      else open();
    },
  };
}

function refuse(connection: IncomingConnection, status: number, { retryAfterS }: ImpairmentPlan): void {
  connection.refuse(status, 'Refused', {
    ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
    ...(status >= 300 && status < 400 ? { location: REDIRECT_LOCATION } : {}),
  });
}

/** The request goes up, its answer comes down. */
function openingDelayMs({ delayMs = 0, direction = 'both', trace }: ImpairmentPlan): number {
  const [sendMs, arriveMs] = trace?.sendArriveMs[0] ?? [0, delayMs];
  return (arriveMs - sendMs) * (direction === 'both' ? 2 : 1);
}
