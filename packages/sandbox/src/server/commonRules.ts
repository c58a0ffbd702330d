// This file lists the rules that hold for every vendor's connections.
import type { Rule } from './breaches.ts';

/** The rules that the sandbox holds every request and connection to. The README's table is generated from it. */
export const COMMON_RULES = {
  'S-01': {
    check: 'No key and no JSON web token is in a URL.',
    severity: 'fatal',
    reaction: 'Recorded, beside what the vendor’s own rule does.',
  },
  'S-02': {
    check: 'A ping is answered before the next one.',
    severity: 'fatal',
    reaction: 'Recorded, once. The impairment `pingEveryMs` sends pings.',
  },
} as const satisfies Record<string, Rule>;
