import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context, Middleware } from 'koa';
import { notFound } from '../errors.ts';

const ROOT = '/console/';
/** Where index.html has the nonce of its styles. */
const NONCE = '__CSP_NONCE__';
const FOR_EVER = 'public, max-age=31536000, immutable';

const COMPRESSED = new Set(['.js', '.css', '.svg', '.json']);
const WORTH_COMPRESSING = 1_024;
const MOST_COMPRESSED = 200;
const gzipBytes = promisify(gzip);

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Legwork</title></head>
<body><h1>The console has not been built</h1>
<p>Run <code>npm run build</code> in Legwork's folder, then load this page again. The REST API works without it.</p>
</body></html>
`;

/** Serves the console's files: each of its paths is the one page, which knows what to show; assets never change. */
export function consoleFiles(folder: string): Middleware {
  const site: Site = { folder, gzipped: new Map() };
  return async (ctx, next) => {
    if (!['GET', 'HEAD'].includes(ctx.method)) return next();
    if (ctx.path === '/console') {
      ctx.status = 308;
      ctx.redirect(ROOT);
      return;
    }
    if (!ctx.path.startsWith(ROOT)) return next();
    const name = ctx.path.slice(ROOT.length);
    // What has an ending is a file; SIDs have none.
    if (extname(name) === '' || name === 'index.html') await sendPage(ctx, folder);
    else await sendFile(ctx, site, name);
  };
}

interface Site {
  readonly folder: string;
  /** Assets by name, which has the content's hash. */
  readonly gzipped: Map<string, Buffer>;
}

async function sendFile(ctx: Context, site: Site, name: string): Promise<void> {
  const parts = name.split('/');
  const isPlain = parts.every((part) => /^[\w-][\w.-]*$/.test(part));
  const bytes = isPlain ? await read(join(site.folder, ...parts)) : undefined;
  if (bytes === undefined) throw notFound(ctx.path);
  const isAsset = parts[0] === 'assets';
  ctx.type = extname(name);
  ctx.set('Cache-Control', isAsset ? FOR_EVER : 'no-cache');
  ctx.body = isAsset && COMPRESSED.has(extname(name)) ? await compressed(ctx, { site, name, bytes }) : bytes;
}

interface Asset {
  readonly site: Site;
  readonly name: string;
  readonly bytes: Buffer;
}

/** Compresses an asset once, if the browser takes that. */
async function compressed(ctx: Context, { site, name, bytes }: Asset): Promise<Buffer> {
  ctx.vary('Accept-Encoding');
  if (bytes.length < WORTH_COMPRESSING || ctx.acceptsEncodings('gzip') !== 'gzip') return bytes;
  ctx.set('Content-Encoding', 'gzip');
  const known = site.gzipped.get(name);
  if (known !== undefined) return known;
  const made = await gzipBytes(bytes);
  if (site.gzipped.size < MOST_COMPRESSED) site.gzipped.set(name, made);
  return made;
}

async function sendPage(ctx: Context, folder: string): Promise<void> {
  const nonce = randomBytes(16).toString('base64url');
  const page = await read(join(folder, 'index.html'));
  ctx.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': policy(nonce, ctx.host),
    'Permissions-Policy': 'microphone=(self), camera=(), geolocation=()',
  });
  if (page === undefined) ctx.status = 503;
  ctx.type = 'text/html; charset=utf-8';
  ctx.body = page === undefined ? NOT_BUILT : page.toString('utf8').replaceAll(NONCE, nonce);
}

/** Everything comes from here, nothing runs that is not a file of ours, and nobody frames us. */
function policy(nonce: string, host: string): string {
  // Browsers of some years ago do not count WebSockets as 'self'.
  const sockets = /^[\w.-]+(?::\d+)?$|^\[[\da-f:]+\](?::\d+)?$/i.test(host)
    ? ` ws://${host} wss://${host}`
    : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${sockets}`,
    "media-src 'self' blob:",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** Undefined when there is no such file. */
async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}
