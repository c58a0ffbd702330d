// This file takes a session's own secret out of what the session reports.
import { maskSecret } from './redact.ts';

/** Fields that repeat the vendor's own words. Servers do quote tokens in their error messages. */
const VENDOR_WORDS = ['vendorCode', 'vendorMessage', 'vendorReason', 'messageType', 'actionType'] as const;

/**
 * The event or verdict without `secret` in any field that repeats the vendor's own words. Speech and its text pass as they
 * are.
 */
export function maskWords<Shown extends object>(shown: Shown, secret: string): Shown {
  const fields = shown as Readonly<Record<string, unknown>>;
  const masked = VENDOR_WORDS.flatMap((field) => {
    const words = fields[field];
    return typeof words === 'string' ? [[field, maskSecret(words, secret)]] : [];
  });
  return { ...shown, ...(Object.fromEntries(masked) as Partial<Shown>) };
}
