// This file makes connections bad, for every vendor alike, before a vendor sees them.
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { IncomingConnection } from '../server/connection.ts';
import { ImpairedSocket } from './impairedSocket.ts';
import type { ImpairmentPlan } from './plan.ts';

/** What impairments need from the sandbox. */
export interface ImpairmentPorts {
  readonly clock: Clock;
  /** This connection's own. */
  readonly random: Random;
  /** False when the sandbox has been closed meanwhile. */
  isServing(): boolean;
}

/** The same connection over a bad network; without a plan, the connection itself. */
export function impair(
  connection: IncomingConnection,
  plan: ImpairmentPlan,
  ports: ImpairmentPorts,
): IncomingConnection {
  if (Object.keys(plan).length === 0) return connection;
  const { clock, random } = ports;
  return {
    request: connection.request,
    refuse: (status, reason) => connection.refuse(status, reason),
    open: (start, subprotocol, maxMessageBytes) => {
      const open = (): void => {
        if (!ports.isServing()) return connection.refuse(503, 'Service Unavailable');
        connection.open(
          (carrier) => new ImpairedSocket(carrier, plan, clock, random, start),
          subprotocol,
          maxMessageBytes,
        );
      };
      const openingMs = openingDelayMs(plan);
      if (openingMs > 0) clock.setTimer(openingMs, open);
      else open();
    },
  };
}

/** The request goes up, its answer comes down. */
function openingDelayMs({ delayMs = 0, direction = 'both', trace }: ImpairmentPlan): number {
  const [sendMs, arriveMs] = trace?.sendArriveMs[0] ?? [0, delayMs];
  return (arriveMs - sendMs) * (direction === 'both' ? 2 : 1);
}
