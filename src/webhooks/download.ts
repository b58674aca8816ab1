import { compact } from '../call/compact.ts';
import type { Download } from '../call/download.ts';
import type { HttpSender } from './http-request.ts';
import { mediaType } from './reply-text.ts';

export function createDownload(sender: HttpSender): Download {
  return async (url, { maxBytes, timeoutMs, signal, etag, lastModified }) => {
    const result = await sender.send({
      url,
      method: 'GET',
      parameters: [],
      headers: compact({ 'if-none-match': etag, 'if-modified-since': lastModified }),
      bodyLimit: maxBytes,
      overLimit: 'refuse',
      retryBroken: 'always',
      timeoutMs,
      signal,
    });
    if (!result.ok) return compact({ ok: false as const, message: result.message, status: result.status });
    const { body, headers, status } = result;
    const conditional = etag !== undefined || lastModified !== undefined;
    if (status === 304 && conditional) return { ok: true, unchanged: true };
    if (status < 200 || status >= 300) {
      return { ok: false, message: `The server answered with status ${status}`, status };
    }
    return compact({
      ok: true as const,
      unchanged: false as const,
      body,
      contentType: mediaType(text(headers['content-type'])),
      etag: text(headers['etag']),
      lastModified: text(headers['last-modified']),
      cacheControl: text(headers['cache-control']),
    });
  };
}

function text(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}
