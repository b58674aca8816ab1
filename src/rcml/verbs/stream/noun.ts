import { compact } from '../../../call/compact.ts';
import { STREAM_ERRORS, STREAM_TRACKS, type StreamTrack } from '../../../call/stream/stream-record.ts';
import {
  type AttributeType,
  hasControlCharacter,
  method,
  oneOf,
  readAttributes,
  text,
  url,
} from '../../document/attributes.ts';
import { childElements, type ParseContext } from '../../document/parse-context.ts';
import type { XmlElement } from '../../xml/xml.ts';
import { readStreamUrl } from './stream-url.ts';
import type { StreamNoun } from './types.ts';

const LONGEST_NAME = 256;
/** Twilio's limit for a Parameter's name and value together. */
const LONGEST_PARAMETER = 500;
const MOST_PARAMETERS = 100;

/** Checked as a whole: what is wrong with it has codes of its own. */
const asWritten: AttributeType<string | undefined> = {
  absent: undefined,
  allowed: 'a ws or wss URL',
  read: (value) => value,
};

export const streamName: AttributeType<string | undefined> = {
  absent: undefined,
  allowed: `text on one line, ${LONGEST_NAME} characters at most`,
  read: (value) =>
    value !== '' && value.length <= LONGEST_NAME && !hasControlCharacter(value) ? value : undefined,
};

const ATTRIBUTES = {
  url: asWritten,
  name: streamName,
  track: oneOf('inbound_track', STREAM_TRACKS),
  statusCallback: url,
  statusCallbackMethod: method,
  connectorName: asWritten,
};

/** Reads a Stream; undefined, after a warning, when it has no URL that can be used. `isTalk`: it stands in Connect. */
export function readStream(
  element: XmlElement,
  isTalk: boolean,
  context: ParseContext,
): StreamNoun | undefined {
  const attributes = readAttributes(element, ATTRIBUTES, context);
  const parameters = readParameters(element, context);
  if (attributes.connectorName !== undefined) {
    context.warn(element, 'has connectorName, which is not supported; it is ignored', 'connectorName');
  }
  const read = readStreamUrl(attributes.url, context.baseUrl);
  if (!read.ok) {
    context.warn(element, `${read.why}; it is skipped`, 'url', read.code);
    return undefined;
  }
  const { name, statusCallback } = attributes;
  return compact({
    url: read.url,
    name,
    track: isTalk ? talkTrack(element, attributes.track, context) : attributes.track,
    statusCallback:
      statusCallback === undefined
        ? undefined
        : { url: statusCallback, method: attributes.statusCallbackMethod },
    parameters,
  });
}

function talkTrack(element: XmlElement, track: StreamTrack, context: ParseContext): StreamTrack {
  if (track !== 'inbound_track') {
    const what = `has track="${track}", which is not possible in Connect; inbound_track is used instead`;
    context.warn(element, what, 'track', STREAM_ERRORS.track);
  }
  return 'inbound_track';
}

const PARAMETER = { name: text(), value: { ...asWritten, allowed: 'any text' } };

function readParameters(stream: XmlElement, context: ParseContext): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  for (const element of childElements(stream, ['Parameter'], context)) {
    const { name, value = '' } = readAttributes(element, PARAMETER, context);
    childElements(element, [], context);
    if (name === undefined) context.warn(element, 'has no name; it is skipped', 'name');
    else if (name.length + value.length >= LONGEST_PARAMETER) {
      context.warn(element, `has ${LONGEST_PARAMETER} or more characters in name and value; it is skipped`);
    } else if (found.size >= MOST_PARAMETERS && !found.has(name)) {
      context.warn(element, `is one of more than ${MOST_PARAMETERS}; it is skipped`);
    } else found.set(name, value);
  }
  return Object.fromEntries(found);
}
