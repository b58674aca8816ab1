/** The filters of a list by the names that REST has for them; all are texts, and none is empty. */
export type Filter = Readonly<Record<string, string>>;

const LONGEST_VALUE = 2048;

/** Filters of `GET P/Calls` that the page of calls knows. */
export const CALL_FILTERS = [
  'Q',
  'Status',
  'From',
  'To',
  'StartTime>=',
  'StartTime<=',
  'HasProblem',
  'ParentCallSid',
  'PhoneNumberSid',
  'TrunkSid',
] as const;

/** Filters of `GET P/Callbacks` that the page of callbacks knows. */
export const CALLBACK_FILTERS = ['State', 'Url', 'CallSid'] as const;

/** The filter in a page's query: what the list does not know is left out, because REST would refuse all of it. */
export function filterOf(query: string, known: readonly string[]): Filter {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const plain = value.trim().slice(0, LONGEST_VALUE);
    if (known.includes(name) && plain !== '') found[name] = plain;
  }
  return found;
}

/** The query of a page with this filter, in the order of `known`, so that equal filters have equal links. */
export function queryOf(filter: Filter, known: readonly string[]): string {
  const query = new URLSearchParams();
  for (const name of known) {
    const value = filter[name]?.trim() ?? '';
    if (value !== '') query.append(name, value);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** The filter with one value changed; an empty one takes it away. */
export function withFilter(filter: Filter, name: string, value: string): Filter {
  const { [name]: _former, ...others } = filter;
  return value.trim() === '' ? others : { ...others, [name]: value };
}

/** What somebody typed into the search field: the SID of a call is opened, anything else is looked for. */
export function searched(text: string): { readonly open: string } | { readonly find: string } {
  const plain = text.trim();
  return /^CA[0-9a-f]{32}$/.test(plain) ? { open: plain } : { find: plain };
}
