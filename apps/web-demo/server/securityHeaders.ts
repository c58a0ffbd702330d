// This file says what the page may do: a strict content security policy and its companions.

/**
 * Headers for every response.
 * @param mode `dev`: Vite's error overlay brings its styles inline. `preview`: what a production server should send.
 */
export function securityHeaders(mode: 'dev' | 'preview'): Record<string, string> {
  const policy = {
    'default-src': "'self'",
    // The worklets carry WebAssembly.
    'script-src': "'self' 'wasm-unsafe-eval'",
    // The vendor names the socket's address with each token.
    'connect-src': "'self' ws: wss:",
    'style-src': mode === 'dev' ? "'self' 'unsafe-inline'" : "'self'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  };
  return {
    'Content-Security-Policy': Object.entries(policy)
      .map(([directive, sources]) => `${directive} ${sources}`)
      .join('; '),
    'Permissions-Policy': 'microphone=(self)',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}
