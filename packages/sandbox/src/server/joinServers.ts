// This file makes one server out of several.
import type { VendorServer } from './vendorServer.ts';

/** Asks them in their order; the first that knows a path answers. */
export function joinServers(id: string, servers: readonly VendorServer[]): Required<VendorServer> {
  const first = <T>(ask: (server: VendorServer) => T | undefined): T | undefined => {
    for (const server of servers) {
      const answer = ask(server);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  return {
    id,
    maxBodyBytes: (target) => first((server) => server.maxBodyBytes?.(target)),
    maxBodyStallMs: (target) => first((server) => server.maxBodyStallMs?.(target)),
    refuseBody: (request, target, conditions, failure) =>
      first((server) => server.refuseBody?.(request, target, conditions, failure)),
    handleRequest: (request, target, conditions) =>
      first((server) => server.handleRequest(request, target, conditions)),
    acceptConnection: (connection, target, conditions) =>
      servers.some((server) => server.acceptConnection(connection, target, conditions)),
    drain: () => {
      for (const server of servers) server.drain();
    },
  };
}
