/**
 * https and plain http on one port. Whoever types the address of a server on their LAN gets plain http, where a browser
 * denies the page its keys and storage: that visitor is told where the https address is instead of seeing an error.
 */
import type { IncomingMessage, RequestListener, Server as HttpServer, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { createServer, type Server } from 'node:net';
import { sendText } from './app-server.ts';
import { EXPLANATION_POLICY, explanationPage } from './explanation.ts';

/** First byte of a TLS handshake record. @source RFC 8446 5.1 */
const TLS_HANDSHAKE = 22;
/** A connection that says nothing is nobody's. */
const FIRST_BYTE_TIMEOUT_MS = 10_000;

/** A server that hands each connection to `https` or `http`, by its first byte. Neither of them listens itself. */
export function twoProtocols(http: HttpServer, https: HttpsServer): Server {
  return createServer((socket) => {
    const onError = () => socket.destroy();
    socket.setTimeout(FIRST_BYTE_TIMEOUT_MS, onError);
    socket.once('error', onError);
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      socket.setTimeout(0);
      socket.off('timeout', onError).off('error', onError);
      socket.unshift(chunk);
      const isTls = chunk[0] === TLS_HANDSHAKE;
      (isTls ? https : http).emit('connection', socket);
      // The TLS layer takes what was put back by itself; the HTTP parser waits for it to flow.
      if (!isTls) socket.resume();
    });
  });
}

/** `handler` for this computer's own browser, where plain http is as good as https; an explanation for everybody else. */
export function explainHttps(
  handler: RequestListener<typeof IncomingMessage, typeof ServerResponse>,
  httpsUrl: string,
): RequestListener {
  return (request, response) => {
    if (isLoopbackHost(request.headers.host) || request.url === '/healthz') return handler(request, response);
    const headers = {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': EXPLANATION_POLICY,
      Upgrade: 'TLS/1.3, HTTP/1.1',
    };
    sendText(request, response, 426, explanationPage(httpsUrl), headers);
  };
}

/** @param host  a Host header */
function isLoopbackHost(host: string | undefined): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host ?? '');
}
