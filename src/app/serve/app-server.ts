/** Answers HTTP requests: the app's files, the default network, and whether all is well. Nothing else exists here. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Asset } from './assets.ts';
import { isReady, type Health } from './health.ts';
import type { Metrics } from './metrics.ts';
import type { NetworkDocument } from './network-file.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

export interface Endpoints {
  readonly network: NetworkDocument;
  readonly health: () => Health;
  /** Left out: there is no `/metrics`. */
  readonly metrics?: Metrics;
}

/** Answers `/network.json`, `/healthz` and, where asked for, `/metrics`; false for anything else. The dev server shares it. */
export function answerEndpoint(request: IncomingMessage, response: ServerResponse, endpoints: Endpoints): boolean {
  switch (pathOf(request)) {
    case '/network.json':
      sendJson(request, response, 200, endpoints.network);
      return true;
    case '/healthz': {
      const health = endpoints.health();
      // In the status too: most who watch look no further.
      sendJson(request, response, isReady(health) ? 200 : 503, health);
      return true;
    }
    case '/metrics':
      if (!endpoints.metrics) return false;
      sendMetrics(request, response, endpoints.metrics).catch((error: Error) => response.destroy(error));
      return true;
    default:
      return false;
  }
}

export function appHandler(assets: ReadonlyMap<string, Asset>, endpoints: Endpoints): RequestListener {
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendText(request, response, 405, 'Method not allowed', { Allow: 'GET, HEAD' });
    }
    if (answerEndpoint(request, response, endpoints)) return;
    const asset = assets.get(pathOf(request));
    if (!asset) return sendText(request, response, 404, 'Not found');
    sendAsset(request, response, asset).catch((error: Error) => response.destroy(error));
  };
}

export function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function sendAsset(request: IncomingMessage, response: ServerResponse, asset: Asset): Promise<void> {
  const encoding = asset.encodingFor(request.headers['accept-encoding']?.toString());
  const etag = asset.etag(encoding);
  const headers = {
    ...SECURITY_HEADERS,
    // Not `no-store`: the browser keeps the page and asks whether it is still the one.
    'Cache-Control': asset.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
    Vary: 'Accept-Encoding',
  };
  if (request.headers['if-none-match']?.split(',').some((known) => known.trim() === etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const body = await asset.body(encoding);
  response.writeHead(200, {
    ...headers,
    'Content-Type': asset.type,
    'Content-Length': body.length,
    ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function sendJson(request: IncomingMessage, response: ServerResponse, status: number, value: unknown): void {
  const headers = { 'Content-Type': 'application/json; charset=utf-8' };
  sendText(request, response, status, `${JSON.stringify(value)}\n`, headers);
}

async function sendMetrics(request: IncomingMessage, response: ServerResponse, metrics: Metrics): Promise<void> {
  sendText(request, response, 200, await metrics.text(), { 'Content-Type': metrics.contentType });
}

function pathOf(request: IncomingMessage): string {
  return request.url?.split('?', 1)[0] ?? '/';
}
