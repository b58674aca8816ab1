import type { HttpSender } from './http-request.ts';
import { mediaType } from './reply-text.ts';

export interface DownloadOptions {
  /** More fails; nothing beyond it is read. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Of the copy that is had already: a 304 answers `unchanged`. */
  readonly etag?: string;
  readonly lastModified?: string;
}

export type Downloaded =
  | {
      readonly ok: true;
      readonly unchanged: false;
      readonly body: Buffer;
      /** Lower case, without parameters; empty when there was none. */
      readonly contentType: string;
      readonly etag?: string;
      readonly lastModified?: string;
      readonly cacheControl?: string;
    }
  | { readonly ok: true; readonly unchanged: true }
  | { readonly ok: false; readonly message: string; readonly status?: number };

/** Fetches a file by GET, unsigned, through the egress rules. Never rejects. */
export type Download = (url: string, options: DownloadOptions) => Promise<Downloaded>;

export function createDownload(sender: HttpSender): Download {
  return async (url, options) => {
    const result = await sender.send({
      url,
      method: 'GET',
      parameters: [],
      headers: {
        ...(options.etag === undefined ? {} : { 'if-none-match': options.etag }),
        ...(options.lastModified === undefined ? {} : { 'if-modified-since': options.lastModified }),
      },
      bodyLimit: options.maxBytes,
      overLimit: 'refuse',
      retryBroken: 'always',
      timeoutMs: options.timeoutMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (!result.ok) {
      const { message, status } = result;
      return { ok: false, message, ...(status === undefined ? {} : { status }) };
    }
    const conditional = options.etag !== undefined || options.lastModified !== undefined;
    if (result.status === 304 && conditional) return { ok: true, unchanged: true };
    if (result.status < 200 || result.status >= 300)
      return {
        ok: false,
        message: `The server answered with status ${result.status}`,
        status: result.status,
      };
    return {
      ok: true,
      unchanged: false,
      body: result.body,
      contentType: mediaType(text(result.headers['content-type'])),
      ...named('etag', text(result.headers['etag'])),
      ...named('lastModified', text(result.headers['last-modified'])),
      ...named('cacheControl', text(result.headers['cache-control'])),
    };
  };
}

function text(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}

function named<Name extends string>(
  name: Name,
  value: string | undefined,
): { readonly [N in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]?: string });
}
