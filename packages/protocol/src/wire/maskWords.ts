// This file takes a session's own secret out of what the session reports.
import { maskSecret } from './redact.ts';

/** Fields that repeat the vendor's own words. Servers do quote tokens in their error messages. */
const VENDOR_WORDS = ['vendorCode', 'vendorMessage', 'vendorReason', 'messageType', 'actionType'] as const;

/**
 * The event or verdict without `secret` in any field that repeats the vendor's own words. Speech and its text pass as they
 * are.
 */
export function maskWords<Shown extends object>(shown: Shown, secret: string): Shown {
  const masked: Shown & { [Field in (typeof VENDOR_WORDS)[number]]?: unknown } = { ...shown };
  for (const field of VENDOR_WORDS) {
    const words = masked[field];
    if (typeof words === 'string') masked[field] = maskSecret(words, secret);
  }
  return masked;
}
