import type { CallEvent } from '../../../call/leg.ts';
import { eventList, hasControlCharacter, method, readAttributes, text, url } from '../../attributes.ts';
import { childElements, type ParseContext, textOf } from '../../parse-context.ts';
import type { XmlElement } from '../../xml.ts';
import { parseAddress, sipUri } from './address.ts';
import { digitString } from '../play.ts';
import type { DialNoun } from './types.ts';

export const NOUN_NAMES = ['Number', 'Client', 'Sip', 'Uri'] as const;

const COMMON = {
  url,
  method,
  statusCallback: url,
  statusCallbackMethod: method,
  statusCallbackEvent: eventList<CallEvent>(['initiated', 'ringing', 'answered', 'completed']),
};
const NUMBER = { ...COMMON, sendDigits: digitString };
const SIP = { ...COMMON, username: text(), password: { ...text(), secret: true } };

/** Reads one noun; undefined, with a warning, when it names nobody. */
export function parseNoun(element: XmlElement, context: ParseContext): DialNoun | undefined {
  childElements(element, [], context);
  const attributes = readNounAttributes(element, context);
  const { address: written, headers } = parseAddress(textOf(element), element, context);
  const address = addressOf(element.name, written, element, context);
  if (address === undefined) return undefined;
  const { statusCallback, sendDigits, username, password } = attributes;
  return {
    address,
    headers,
    ...(sendDigits === undefined ? {} : { sendDigits }),
    ...(username === undefined || password === undefined ? {} : { credentials: { username, password } }),
    ...(attributes.url === undefined
      ? {}
      : { screening: { url: attributes.url, method: attributes.method } }),
    ...(statusCallback === undefined
      ? {}
      : {
          statusCallback: {
            url: statusCallback,
            method: attributes.statusCallbackMethod,
            events: attributes.statusCallbackEvent,
          },
        }),
    line: element.line,
    column: element.column,
  };
}

/** Reads a Dial's plain text: with `@` a SIP address, with `client:` in front a client, else a number. */
export function parsePlainBody(element: XmlElement, context: ParseContext): DialNoun | undefined {
  const { address: written, headers } = parseAddress(textOf(element), element, context);
  const kind = written.includes('@') ? 'Sip' : /^client:/i.test(written) ? 'Client' : 'Number';
  const address = written === '' ? undefined : addressOf(kind, written, element, context);
  if (address === undefined) return undefined;
  return { address, headers, line: element.line, column: element.column };
}

function readNounAttributes(element: XmlElement, context: ParseContext) {
  const attributes =
    element.name === 'Number'
      ? readAttributes(element, NUMBER, context)
      : element.name === 'Client'
        ? readAttributes(element, COMMON, context)
        : readAttributes(element, SIP, context);
  const both = { username: undefined, password: undefined, sendDigits: undefined, ...attributes };
  const { username, password } = both;
  if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? 'username' : 'password';
    context.warn(element, `has no ${missing}, so it calls without credentials`, missing);
  }
  return both;
}

function addressOf(
  kind: string,
  written: string,
  element: XmlElement,
  context: ParseContext,
): DialNoun['address'] | undefined {
  if (written === '' || hasControlCharacter(written)) {
    context.warn(element, `has no address to call, it is dropped`);
    return undefined;
  }
  if (kind === 'Number') return { kind: 'number', number: written };
  if (kind === 'Client') {
    const name = written.replace(/^client:/i, '').trim();
    if (name !== '') return { kind: 'client', name };
    context.warn(element, 'has no client name, it is dropped');
    return undefined;
  }
  const uri = sipUri(written);
  if (uri !== undefined) return { kind: 'sip', uri };
  context.warn(
    element,
    `has "${written.slice(0, 60)}", which is no SIP address (sip:user@host), it is dropped`,
  );
  return undefined;
}
