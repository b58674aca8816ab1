import { STREAM_ERRORS } from '../../../call/stream/stream-record.ts';
import { hasControlCharacter } from '../../document/attributes.ts';

export type StreamUrl =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly code: number /** The rest of a sentence. */; readonly why: string };

/**
 * The absolute `ws:` or `wss:` form of a stream's URL. A relative one resolves against the document's own, and is `wss:`
 * when that came over https.
 */
export function readStreamUrl(written: string | undefined, baseUrl: string | undefined): StreamUrl {
  if (written === undefined || written.trim() === '') return wrong(STREAM_ERRORS.invalidUrl, 'has no url');
  const base = baseUrl?.replace(/^http/i, 'ws');
  if (/\s/.test(written) || hasControlCharacter(written) || !URL.canParse(written, base)) {
    return wrong(STREAM_ERRORS.malformedUrl, 'has a url that is not a URL');
  }
  const url = new URL(written, base);
  if (url.protocol !== 'wss:' && url.protocol !== 'ws:') {
    return wrong(STREAM_ERRORS.invalidUrl, `has a url of the scheme ${url.protocol}, not wss: or ws:`);
  }
  url.hash = '';
  return { ok: true, url: url.href };
}

function wrong(code: number, why: string): StreamUrl {
  return { ok: false, code, why };
}
