// This file watches everything that a user, a log or a bug report can see for the secrets that went in.
import { VoiceError } from '../../../src/index.ts';
import type { Invariant } from './invariant.ts';

export const noSecrets: Invariant = {
  id: 'viii',
  holds: 'no secret shows in an event, an error, the stats or the report',
  watch(report) {
    const secrets = new Set<string>();
    const search = (where: string, shown: string): void => {
      for (const secret of secrets) if (shown.includes(secret)) report(`a secret shows in ${where}`);
    };
    return {
      see(observation) {
        if (observation.type === 'secretGiven') secrets.add(observation.secret);
        if (observation.type === 'event') search(observation.name, showAll(observation.event));
        if (observation.type === 'concluded') search('the report', showAll([observation.stats, observation.report]));
      },
    };
  },
};

/** Whatever could be printed of a value, errors with their stacks and causes included. */
export function showAll(value: unknown, depth = 0): string {
  if (depth > 6) return '';
  if (value instanceof Error) {
    const details = value instanceof VoiceError ? showAll(value.details, depth + 1) : '';
    return `${value.name} ${value.message} ${value.stack ?? ''} ${details} ${showAll(value.cause, depth + 1)}`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return '';
  return Object.entries(value)
    .map(([key, part]) => `${key} ${showAll(part, depth + 1)}`)
    .join(' ');
}
