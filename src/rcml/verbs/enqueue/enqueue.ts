import { compact } from '../../../call/compact.ts';
import { LARGEST_QUEUE, LONGEST_QUEUE_NAME } from '../../../call/queue/queue-record.ts';
import {
  type AttributeType,
  hasControlCharacter,
  integer,
  method,
  readAttributes,
  resolveUrl,
  text,
  url,
} from '../../document/attributes.ts';
import { childElements, type ParseContext, textOf } from '../../document/parse-context.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import { defineVerb } from '../../document/verb.ts';
import type { XmlElement } from '../../xml/xml.ts';
import { runEnqueue } from './run.ts';
import { ENQUEUE_STATE } from './state.ts';
import type { EnqueueState, EnqueueVerb } from './types.ts';

const LONGEST_WAIT_S = 86_400;

/** Empty: silence. */
const waitUrl: AttributeType<string | undefined> = {
  absent: undefined,
  allowed: 'an http or https URL, or nothing for silence',
  read: (value, context) => (value.trim() === '' ? '' : resolveUrl(value, context.baseUrl)),
};

const ATTRIBUTES = {
  action: url,
  method,
  waitUrl,
  waitUrlMethod: method,
  maxQueueSize: optionalInteger(1, LARGEST_QUEUE),
  maxWaitTime: optionalInteger(1, LONGEST_WAIT_S),
  workflowSid: text(),
};

function optionalInteger(least: number, most: number): AttributeType<number | undefined> {
  return { ...integer(least, least, most), absent: undefined };
}

export const enqueue = defineVerb<EnqueueVerb, EnqueueState>({
  name: 'Enqueue',
  parse: parseEnqueue,
  state: ENQUEUE_STATE,
  endsDocument: ({ action }) => (action === undefined ? undefined : 'always goes on with its action'),
  lint: (verb) => {
    const wrong = nameProblem(verb.queue);
    return compact({
      warning: wrong === undefined ? undefined : `${wrong.what}: nobody is put into a queue`,
      noteIfLast:
        verb.action === undefined
          ? 'has no action and nothing after it: the call ends when the talk is over'
          : undefined,
    });
  },
  run: async (verb, context) => runEnqueue(verb, nameProblem(verb.queue), context),
});

function parseEnqueue(element: XmlElement, context: ParseContext): EnqueueVerb {
  const attributes = readAttributes(element, ATTRIBUTES, context);
  const { action, waitUrl: url, workflowSid } = attributes;
  if (workflowSid !== undefined) {
    context.warn(element, 'has workflowSid, but there is no TaskRouter here; it is ignored', 'workflowSid');
  }
  for (const child of childElements(element, ['Task'], context)) {
    context.warn(child, 'belongs to TaskRouter, which is not here; it is ignored');
  }
  const wait =
    url === '' ? 'silence' : url === undefined ? undefined : { url, method: attributes.waitUrlMethod };
  return compact({
    queue: textOf(element),
    action,
    method: attributes.method,
    wait,
    maxQueueSize: attributes.maxQueueSize,
    maxWaitTimeS: attributes.maxWaitTime,
  });
}

/** Why this cannot be the name of a queue. */
function nameProblem(name: string): { readonly errorCode: number; readonly what: string } | undefined {
  if (name.length > LONGEST_QUEUE_NAME) {
    const what = `has a name of ${name.length} characters; at most ${LONGEST_QUEUE_NAME} are allowed`;
    return { errorCode: ERROR_CODES.queueNameTooLong, what };
  }
  if (name !== '' && !hasControlCharacter(name)) return undefined;
  const what = name === '' ? 'names no queue' : 'has a name with a control character in it';
  return { errorCode: ERROR_CODES.queueNameMissing, what };
}
