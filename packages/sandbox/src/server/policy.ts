// This file names how strictly the sandbox serves: what a breach leads to, and which reading of the vendors' pages holds.

/**
 * `enforce`: a breach has the vendor's consequences. `record`: it is recorded, nothing is closed or refused for it, up to the
 * limits that protect the process.
 */
export const POLICIES = ['enforce', 'record'] as const;
/** One of `POLICIES`. */
export type Policy = (typeof POLICIES)[number];

/**
 * `documented`: the vendor as its pages describe it. `hostile`: everything that a client must tolerate, such as unknown
 * fields and messages, odd lengths, duplicates. `literal`: no tolerance for the client, such as unknown fields or other
 * types. `legacy`: older wordings and paths.
 */
export const PROFILES = ['documented', 'hostile', 'literal', 'legacy'] as const;
/** One of `PROFILES`. */
export type Profile = (typeof PROFILES)[number];
