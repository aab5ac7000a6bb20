/** What a browser is told to refuse on behalf of the page, whoever manages to put something into it. */

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  // WebAssembly for hashing and passphrases; no inline script, no eval.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  // Attributes only: components place and size things with them; a style element would still be refused.
  "style-src-attr 'unsafe-inline'",
  // Relays named in an invite may be anywhere.
  "connect-src 'self' ws: wss:",
  "worker-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Alone in its process: nobody else's page reads its memory, and SharedArrayBuffer works. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

export const SECURITY_HEADERS = {
  ...ISOLATION_HEADERS,
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  // An address may hold an invite in its path on some hosts: never tell it to others.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  // The camera scans QR codes.
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=()',
} as const;
