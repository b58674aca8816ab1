import type { Parameters } from '../call/request-parameters.ts';
import { LARGEST_DOCUMENT_BYTES } from '../rcml/document/compile.ts';
import { decodeDocument } from '../rcml/lint/lint-encoding.ts';
import type { FetchDocument } from '../rcml/lint/lint-fetch.ts';
import type { HttpSender } from '../webhooks/http-request.ts';
import { charsetOf, mediaType } from '../webhooks/reply-text.ts';

/** The parameters of an inbound call's first request, for a call that does not exist. */
const SAMPLE_CALL: Parameters = [
  ['CallSid', `CA${'0'.repeat(32)}`],
  ['AccountSid', `AC${'0'.repeat(32)}`],
  ['From', '+15550199'],
  ['To', '+15550100'],
  ['Caller', '+15550199'],
  ['Called', '+15550100'],
  ['CallStatus', 'ringing'],
  ['ApiVersion', '2012-04-24'],
  ['Direction', 'inbound'],
];

/** Requests documents as a call does, but unsigned, because no account is involved. */
export function createFetchDocument(sender: HttpSender): FetchDocument {
  return async (url, method) => {
    const reply = await sender.send({
      url,
      method,
      parameters: method === 'POST' ? SAMPLE_CALL : [],
      // One byte more than is allowed, so that the compiler sees, and says, that it is too long.
      bodyLimit: LARGEST_DOCUMENT_BYTES + 1,
      overLimit: 'cut',
      unreadType: 'audio/',
      retryBroken: 'always',
    });
    if (!reply.ok) return { ok: false, message: reply.message };
    if (reply.status < 200 || reply.status >= 300) {
      return { ok: false, message: `The server answered with status ${reply.status}` };
    }
    const header = [reply.headers['content-type']].flat()[0] ?? '';
    const { text, findings } = decodeDocument(reply.body, charsetOf(header));
    return { ok: true, source: { text, contentType: mediaType(header), url: reply.url }, findings };
  };
}
