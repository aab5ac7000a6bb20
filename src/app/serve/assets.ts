/**
 * The built app in memory: a snapshot of one build, so that a page never mixes two. Paths are looked up, never
 * resolved: no request reaches the disk.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { ServeFault } from './serve-fault.ts';

export type Encoding = 'br' | 'gzip' | 'identity';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
};
/** The others are compressed already. */
const COMPRESSIBLE = /^(text\/|application\/(json|manifest\+json|wasm)|image\/svg)/;
const COMPRESS_BYTES_MIN = 1024;
/** A name that carries a hash of the content, as the build writes them: `assets/main-BxT2k_9a.js`. */
const HASHED_NAME = /^\/assets\/.+-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/;
/** The higher ones take seconds for the last few percent. */
const BROTLI_QUALITY = 9;

export class Asset {
  readonly type: string;
  /** Content under a hashed name never changes. */
  readonly isImmutable: boolean;
  private readonly content: Buffer;
  private readonly hash: string;
  private readonly compressed = new Map<Encoding, Promise<Buffer>>();

  constructor(path: string, content: Buffer) {
    this.type = TYPES[extname(path)] ?? 'application/octet-stream';
    this.isImmutable = HASHED_NAME.test(path);
    this.content = content;
    this.hash = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  }

  /** The best encoding that this asset has and the client takes. */
  encodingFor(acceptEncoding: string | undefined): Encoding {
    if (!COMPRESSIBLE.test(this.type) || this.content.length < COMPRESS_BYTES_MIN) return 'identity';
    const accepted = parseAcceptEncoding(acceptEncoding);
    return accepted.has('br') ? 'br' : accepted.has('gzip') ? 'gzip' : 'identity';
  }

  etag(encoding: Encoding): string {
    return `"${this.hash}-${encoding}"`;
  }

  /** Compressed once, by the first who asks. */
  body(encoding: Encoding): Promise<Buffer> {
    let body = this.compressed.get(encoding);
    if (!body) {
      body = encode(this.content, encoding);
      this.compressed.set(encoding, body);
    }
    return body;
  }
}

/**
 * Every file under `folder`, by its path in the app.
 * @throws ServeFault `app-not-built` when there is no index.html
 */
export async function loadAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const assets = new Map<string, Asset>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(join(folder, sep).length - 1).replaceAll(sep, '/');
    assets.set(path, new Asset(path, await readFile(file)));
  }
  const index = assets.get('/index.html');
  if (!index) throw new ServeFault('app-not-built', `${folder} holds no built app. Build it with: npm run build`);
  return assets.set('/', index);
}

function parseAcceptEncoding(header: string | undefined): ReadonlySet<string> {
  const accepted = new Set<string>();
  for (const item of (header ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(name);
  }
  return accepted;
}

function encode(content: Buffer, encoding: Encoding): Promise<Buffer> {
  switch (encoding) {
    case 'br':
      return promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
    case 'gzip':
      return promisify(gzip)(content, { level: 9 });
    case 'identity':
      return Promise.resolve(content);
  }
}
