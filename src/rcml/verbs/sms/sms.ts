import { compact } from '../../../call/compact.ts';
import { LONGEST_MESSAGE, MESSAGE_ERRORS } from '../../../call/message/message-record.ts';
import type { CalleeAddress } from '../../../call/routing/targets.ts';
import { readAddress } from '../../../call/routing/written-address.ts';
import { method, readAttributes, text, url } from '../../document/attributes.ts';
import { childElements, type ParseContext, textOf } from '../../document/parse-context.ts';
import { defineVerb } from '../../document/verb.ts';
import type { XmlElement } from '../../xml/xml.ts';
import { runSms } from './run.ts';
import type { SmsState, SmsVerb } from './types.ts';

const ATTRIBUTES = {
  to: text(),
  from: text(),
  action: url,
  method,
  statusCallback: url,
  statusCallbackMethod: method,
};

export const sms = defineVerb<SmsVerb, SmsState>({
  name: 'Sms',
  parse: parseSms,
  answers: () => false,
  precedesReject: true,
  state: { version: 1, read: (value) => value as SmsState },
  endsDocument: ({ action }) => (action === undefined ? undefined : 'always goes on with its action'),
  run: runSms,
});

function parseSms(element: XmlElement, context: ParseContext): SmsVerb | undefined {
  const attributes = readAttributes(element, ATTRIBUTES, context);
  childElements(element, [], context);
  const body = textOf(element);
  const wrong =
    body === ''
      ? ([MESSAGE_ERRORS.bodyRequired, 'has no text'] as const)
      : ([MESSAGE_ERRORS.tooLong, `has ${body.length} characters, more than ${LONGEST_MESSAGE}`] as const);
  if (body === '' || body.length > LONGEST_MESSAGE) {
    context.warn(element, `${wrong[1]}; it is skipped`, undefined, wrong[0]);
    return undefined;
  }
  const to = party(element, context, 'to', attributes.to);
  const from = party(element, context, 'from', attributes.from);
  if (to === 'wrong' || from === 'wrong') return undefined;
  const { action, statusCallback, statusCallbackMethod } = attributes;
  return compact({
    body,
    to,
    from,
    action,
    method: attributes.method,
    statusCallback:
      statusCallback === undefined ? undefined : { url: statusCallback, method: statusCallbackMethod },
  });
}

/** Sent to or as somebody else than was meant, it would be worse than not sent. */
function party(
  element: XmlElement,
  context: ParseContext,
  name: 'to' | 'from',
  written: string | undefined,
): CalleeAddress | undefined | 'wrong' {
  if (written === undefined) return undefined;
  const read = readAddress(written);
  const isUsable = read.ok && (name === 'to' || read.address.kind !== 'sip');
  if (isUsable) return read.address;
  const why = read.ok ? 'is a SIP address; allowed: a number or client:name' : read.why;
  const shown = written.slice(0, 60);
  context.warn(element, `has ${name}="${shown}", which ${why}; it is skipped`, name, MESSAGE_ERRORS[name]);
  return 'wrong';
}
