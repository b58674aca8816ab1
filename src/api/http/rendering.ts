import { XMLBuilder } from 'fast-xml-parser';
import type { Place } from '../place.ts';

type Scalar = null | boolean | number | string;
export type JsonValue = Scalar | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}
/** `page`, `page_size` and so on. */
export type JsonPage = Readonly<Record<string, Scalar>>;

/** What a reply shows, before it becomes JSON or XML. `element` is the XML name of one resource. */
export type Rendered =
  | { readonly kind: 'one'; readonly element: string; readonly value: JsonObject }
  | {
      readonly kind: 'list';
      /** XML name of the list, and JSON name of its array. */
      readonly collection: string;
      readonly key: string;
      readonly element: string;
      readonly page: JsonPage;
      readonly items: readonly JsonObject[];
    };

/** The body and its media type in the format that the request asked for. */
export function render(content: Rendered, format: Place['format']): { type: string; text: string } {
  return format === 'json'
    ? { type: 'application/json; charset=utf-8', text: JSON.stringify(jsonOf(content)) }
    : { type: 'application/xml; charset=utf-8', text: xmlOf(content) };
}

function jsonOf(content: Rendered): JsonObject {
  return content.kind === 'one' ? content.value : { ...content.page, [content.key]: content.items };
}

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
  format: true,
});

/** Restcomm's XML: the resource inside `RestcommResponse`, the members of a page as attributes without underscores. */
function xmlOf(content: Rendered): string {
  const inside =
    content.kind === 'one'
      ? { [content.element]: xmlObject(content.value) }
      : {
          [content.collection]: {
            ...Object.fromEntries(
              Object.entries(content.page).map(([name, value]) => [
                `@${name.replaceAll('_', '')}`,
                xmlText(value),
              ]),
            ),
            [content.element]: content.items.map(xmlObject),
          },
        };
  return builder.build({ '?xml': { '@version': '1.0', '@encoding': 'UTF-8' }, RestcommResponse: inside });
}

function xmlObject(value: JsonObject): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const element = elementName(name);
      return [element, isList(member) ? { [singular(element)]: member.map(xmlValue) } : xmlValue(member)];
    }),
  );
}

function xmlValue(value: JsonValue): unknown {
  if (value === null || typeof value !== 'object') return xmlText(value);
  return isList(value) ? { Item: value.map(xmlValue) } : xmlObject(value);
}

/** Null is an empty element; characters that XML cannot contain are left out. */
function xmlText(value: Scalar): string {
  if (value === null) return '';
  // oxlint-disable-next-line no-control-regex -- XML 1.0, section 2.2: these may not even be escaped.
  return String(value).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
}

/** `date_created` → `DateCreated`, but for names that Restcomm writes differently. */
function elementName(name: string): string {
  if (name === 'ring_duration') return 'Ring_duration';
  const camel = name.replace(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
  const legal = camel.replace(/[^A-Za-z0-9_.-]/g, '_');
  return /^[A-Za-z_]/.test(legal) ? legal : `_${legal}`;
}

function singular(element: string): string {
  return element.endsWith('s') ? element.replace(/(?<=ss)es$|s$/, '') : 'Item';
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
