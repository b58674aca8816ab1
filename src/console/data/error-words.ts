/** What a code means and what to do about it, in the words of docs/rcml.md. */
const EXPLANATIONS: Readonly<Record<number, string>> = {
  11100: 'The URL of a document is not an HTTP URL.',
  11200:
    'The application server answered a document request with an error status, so there was no document. Look at its log for the time of the request; a fallback URL would have been asked instead.',
  11205:
    'The application server could not be reached, did not answer in time, or broke the connection off; or requests to its host are not allowed (WEBHOOK_ALLOW, WEBHOOK_DENY). Does it run, and does the URL lead to it from the machine that Legwork runs on? The time limits are WEBHOOK_CONNECT_TIMEOUT_MS and WEBHOOK_TIMEOUT_MS.',
  11206: 'What the server sent was not HTTP. Is another service listening on that port?',
  11210: "The host name in the URL could not be resolved by the name server of Legwork's machine.",
  11215:
    'Requests or documents led to each other without an end: more redirects than are followed, or documents in a row in which nothing was heard, dialled or waited for.',
  11216: 'The server redirected to something that is not an HTTP URL.',
  11220: 'The TLS handshake failed.',
  11235: "The server's certificate is for another host name.",
  11236: "The server's certificate is not valid at this time.",
  11237: "The server's certificate is not from an authority that Legwork's machine trusts.",
  11750: 'The reply is larger than a document may be.',
  12100:
    'The reply is not well-formed XML. The message names line and column; npx legwork lint URL shows all mistakes at once.',
  12102: 'The root element of a document must be <Response>.',
  12200:
    'An element, attribute or value is not known, or does not belong there. The message names the place and what is allowed; docs/rcml.md has every verb with its attributes.',
  12300:
    'The Content-Type of the reply is not one of a document: text/xml or application/xml, text/plain for what is spoken, audio/… for what is played.',
  12400: 'A mistake in Legwork, not in your application. Please report it with the exported call.',
  13224:
    'Somebody could not be dialled: a client that is not registered, a number that no trunk takes, an address that SIP may not go to. The call went on with DialCallStatus=failed.',
  13334: 'A <Gather> could not listen.',
  13420: 'A sound could not be fetched or converted. Is its URL right, and is it WAV, MP3, OGG, FLAC or GSM?',
  13520: 'A text could not be spoken. Does the speech engine run (SAY_ENGINE in docs/operations.md)?',
  13604: 'A <Record> could not record.',
  14202: 'The waitUrl of an <Enqueue> could not be used; the caller waits on with music.',
  14204: 'An <Enqueue> names no queue.',
  14205: 'The name of a queue in <Enqueue> is longer than 64 characters.',
  14207: 'A queue is full (MaxSize), or the account has as many queues as QUEUE_MAX_QUEUES allows.',
  14210: 'A <Dial><Queue> names a queue that does not exist.',
  14211: 'The url of a <Queue> could not be used; the two were connected without it.',
  14212: 'A <Queue> inside <Dial> has no name; the Dial is skipped.',
  14213: 'The name of a <Queue> inside <Dial> is longer than 64 characters; the Dial is skipped.',
  20001:
    'A parameter of a REST request has no effect or a wrong value. The message names it and what is allowed.',
  53405:
    'No sound came from the other side, and it did not answer SIP any more, so the call was ended (MEDIA_TIMEOUT_S). Its phone or its network is gone, or a NAT has forgotten it: see docs/operations.md.',
  32011:
    'A trunk could not place a call (5xx, no answer, not reachable). With another trunk for the number the call went on there: see Failover in docs/rest.md.',
};

/** The explanation of a code; of an unknown one where to look. */
export function explanationOf(code: number): string {
  return (
    EXPLANATIONS[code] ??
    `See https://www.twilio.com/docs/errors/${code}: Legwork uses the same code for the same kind of mistake.`
  );
}
