// This file answers the requests that concern the sandbox itself: its status page and its ledger.
import type { Clock } from '../clock.ts';
import type { LedgerBook } from '../ledger/ledger.ts';
import type { HttpRequest, HttpResponse, Target } from '../server/http.ts';
import { jsonResponse, jsonStreamResponse } from '../server/http.ts';
import { streamLedger } from './ledgerStream.ts';
import { STATUS_CSS, STATUS_HTML, STATUS_JS } from './statusPage.ts';
import { reportStatus } from './statusReport.ts';

/** Scripts and styles of our own, images of none, nothing from elsewhere, in nobody's frame. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'";

/** Answers a `GET` on one of its paths; nothing for the others. */
export function serveStatus(
  { method }: HttpRequest,
  { pathname }: Target,
  ledger: LedgerBook,
  clock: Clock,
): HttpResponse | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  switch (pathname) {
    case '/':
      return asset('text/html', STATUS_HTML);
    case '/status.css':
      return asset('text/css', STATUS_CSS);
    case '/status.js':
      return asset('text/javascript', STATUS_JS);
    case '/status.json':
      return jsonResponse(200, reportStatus(ledger, clock.nowMs()));
    case '/ledger':
      return jsonStreamResponse(200, streamLedger(ledger, clock));
    default:
      return undefined;
  }
}

function asset(type: string, body: string): HttpResponse {
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body };
}
