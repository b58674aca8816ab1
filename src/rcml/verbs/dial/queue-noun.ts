import { LONGEST_QUEUE_NAME } from '../../../call/queue/queue-record.ts';
import { hasControlCharacter, method, readAttributes, text, url } from '../../document/attributes.ts';
import { childElements, type ParseContext, textOf } from '../../document/parse-context.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { XmlElement } from '../../xml/xml.ts';
import type { QueueNoun } from './types.ts';

const ATTRIBUTES = { url, method, reservationSid: text(), postWorkActivitySid: text() };
const OF_TASK_ROUTER = ['reservationSid', 'postWorkActivitySid'] as const;

/** Reads the noun; undefined, with a warning, when it cannot be the name of a queue. */
export function parseQueue(element: XmlElement, context: ParseContext): QueueNoun | undefined {
  childElements(element, [], context);
  const attributes = readAttributes(element, ATTRIBUTES, context);
  for (const name of OF_TASK_ROUTER) {
    if (attributes[name] === undefined) continue;
    context.warn(element, `has ${name}, but there is no TaskRouter here; it is ignored`, name);
  }
  const name = textOf(element);
  if (name.length > LONGEST_QUEUE_NAME) {
    const what = `has a name of ${name.length} characters, but at most ${LONGEST_QUEUE_NAME} are allowed; its Dial is skipped`;
    context.warn(element, what, undefined, ERROR_CODES.dialQueueNameTooLong);
    return undefined;
  }
  if (name === '' || hasControlCharacter(name)) {
    context.warn(element, 'names no queue; its Dial is skipped', undefined, ERROR_CODES.dialQueueNameMissing);
    return undefined;
  }
  const { url: whisperUrl } = attributes;
  return whisperUrl === undefined
    ? { name }
    : { name, whisper: { url: whisperUrl, method: attributes.method } };
}
