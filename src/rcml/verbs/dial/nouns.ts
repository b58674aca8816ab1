import { callbackTarget } from '../../document/callback-target.ts';
import { compact } from '../../../call/compact.ts';
import type { CallEvent } from '../../../call/leg/leg.ts';
import { A_PHONE_NUMBER, readPhoneNumber } from '../../../call/routing/phone-number.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import { splitSipHeaders } from '../../../call/routing/sip-address.ts';
import type { CalleeAddress } from '../../../call/routing/targets.ts';
import { addressKind, readAddress } from '../../../call/routing/written-address.ts';
import {
  eventList,
  hasControlCharacter,
  method,
  readAttributes,
  text,
  url,
} from '../../document/attributes.ts';
import { masked } from '../../document/masked.ts';
import { childElements, type ParseContext, textOf } from '../../document/parse-context.ts';
import type { XmlElement } from '../../xml/xml.ts';
import { digitString } from '../play.ts';
import { MACHINE_DETECTION, machineDetectionOf } from './machine-detection.ts';
import type { DialNoun } from './types.ts';

export const NOUN_NAMES = ['Number', 'Client', 'Sip', 'Uri'] as const;
/** The nouns beside which no other one may be. */
export const LONE_NOUNS = ['Conference', 'Queue'] as const;

const KINDS: Readonly<Record<string, CalleeAddress['kind']>> = {
  Number: 'number',
  Client: 'client',
  Sip: 'sip',
  Uri: 'sip',
};

const COMMON = {
  url,
  method,
  statusCallback: url,
  statusCallbackMethod: method,
  statusCallbackEvent: eventList<CallEvent>(['initiated', 'ringing', 'answered', 'completed']),
};
const NUMBER = { ...COMMON, ...MACHINE_DETECTION, sendDigits: digitString };
const SIP = { ...COMMON, ...MACHINE_DETECTION, username: text(), password: { ...text(), secret: true } };

/** Reads one noun; undefined, with a warning, when it names nobody. */
export function parseNoun(element: XmlElement, context: ParseContext): DialNoun | undefined {
  const inside = childElements(element, element.name === 'Client' ? ['Identity', 'Parameter'] : [], context);
  const attributes = readNounAttributes(element, context);
  const { written, headers } = writtenIn(element, context, clientText(inside, context));
  const address = addressOf(written, KINDS[element.name] ?? 'sip', element, context);
  if (address === undefined) return undefined;
  const { statusCallback, sendDigits, username, password } = attributes;
  return compact({
    address,
    headers,
    sendDigits,
    ...(username === undefined || password === undefined ? {} : { credentials: { username, password } }),
    ...(attributes.url === undefined
      ? {}
      : { screening: { url: attributes.url, method: attributes.method } }),
    statusCallback: callbackTarget(
      statusCallback,
      attributes.statusCallbackMethod,
      attributes.statusCallbackEvent,
    ),
    machineDetection: attributes.machineDetection,
    line: element.line,
    column: element.column,
  });
}

/** Reads a Dial's plain text: with `@` a SIP address, with `client:` in front a client, else a number. */
export function parsePlainBody(element: XmlElement, context: ParseContext): DialNoun | undefined {
  const { written, headers } = writtenIn(element, context);
  const address = written === '' ? undefined : addressOf(written, addressKind(written), element, context);
  if (address === undefined) return undefined;
  return { address, headers, line: element.line, column: element.column };
}

function readNounAttributes(element: XmlElement, context: ParseContext) {
  const none = { username: undefined, password: undefined, sendDigits: undefined };
  if (element.name === 'Client') {
    return { ...none, machineDetection: undefined, ...readAttributes(element, COMMON, context) };
  }
  const attributes =
    element.name === 'Number'
      ? readAttributes(element, NUMBER, context)
      : readAttributes(element, SIP, context);
  const both = { ...none, ...attributes, machineDetection: machineDetectionOf(attributes) };
  const { username, password } = both;
  if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? 'username' : 'password';
    context.warn(element, `has no ${missing}, so it calls without credentials`, missing);
  }
  return both;
}

const PARAMETER = { name: text(), value: text() };

/** `<Identity>` and `<Parameter>` inside a Client as one text: `bob?name=value`; undefined: it has no Identity. */
function clientText(inside: readonly XmlElement[], context: ParseContext): string | undefined {
  const identity = inside.find(({ name }) => name === 'Identity');
  if (identity === undefined) return undefined;
  const parameters = inside
    .filter(({ name }) => name === 'Parameter')
    .map((element) => {
      const { name = '', value = '' } = readAttributes(element, PARAMETER, context);
      return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
    });
  return `${textOf(identity)}?${parameters.join('&')}`;
}

/** The element's text, and the SIP headers after its question mark. */
function writtenIn(
  element: XmlElement,
  context: ParseContext,
  text = textOf(element),
): { readonly written: string; readonly headers: Parameters } {
  const { address, headers, bad } = splitSipHeaders(text);
  for (const piece of bad) {
    context.warn(
      element,
      `has "${piece.slice(0, 60)}" after its address, which is not a SIP header; it is dropped`,
    );
  }
  return { written: address.trim(), headers };
}

function addressOf(
  written: string,
  kind: CalleeAddress['kind'],
  element: XmlElement,
  context: ParseContext,
): CalleeAddress | undefined {
  if (written === '' || hasControlCharacter(written)) {
    context.warn(element, `has no address to call; it is dropped`);
    return undefined;
  }
  const read = readAddress(written, kind);
  if (read.ok) return read.address;
  // Not dropped: numbers come from databases, and the call goes on by the action, which learns that the leg failed.
  if (kind === 'number') return { kind, number: written };
  const shown = masked(written).slice(0, 60);
  const what = kind === 'sip' ? `has "${shown}" for a SIP address, which ${read.why}` : read.why;
  context.warn(element, `${what}; it is dropped`);
  return undefined;
}

/**
 * The linter's warning about a number that cannot be dialled. On a call its leg ends `failed` with a notification
 * (call/routing/targets.ts).
 */
export function badNumber({ address, line, column }: DialNoun) {
  if (address.kind !== 'number' || readPhoneNumber(address.number) !== undefined) return [];
  const warning = `has "${address.number.slice(0, 60)}", which is not ${A_PHONE_NUMBER}: its leg fails`;
  return [{ name: 'Number', line, column, warning }];
}
