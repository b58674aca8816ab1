import type { ComponentChildren } from 'preact';

/** A resource that is listed, made, changed and removed, whatever it is: its members as REST shows them. */
export interface AnyResource {
  readonly sid: string;
  readonly [member: string]: unknown;
}

/** A parameter of the form that makes or changes one. */
export interface Field {
  /** As REST calls it. */
  readonly name: string;
  /** The member that shows it; undefined where REST shows none, as of a password. */
  readonly member?: string;
  readonly hint?: string;
  readonly kind?: 'text' | 'password' | 'url' | 'choice' | 'truth';
  readonly among?: readonly string[];
  readonly required?: boolean;
  /** It is given when the resource is made, and cannot be changed. */
  readonly fixed?: boolean;
}

export interface ShownColumn {
  readonly heading: string;
  readonly value: (resource: AnyResource) => ComponentChildren;
}

/** A kind of resource with everything that its page needs. */
export interface ResourceKind {
  readonly title: string;
  readonly one: string;
  /** Below the account. */
  readonly path: string;
  /** The array's name in a list. */
  readonly key: string;
  /** Events with a newer version of one. */
  readonly events: readonly string[];
  readonly columns: readonly ShownColumn[];
  readonly fields: readonly Field[];
  /** What it is for, where there is none. */
  readonly purpose: string;
  /** The form of the curl line that makes one. */
  readonly example: Readonly<Record<string, string>>;
  /** What else can be done with one. */
  readonly more?: (resource: AnyResource) => ComponentChildren;
  /** What is shown after one was made or changed, by what was sent; undefined: nothing. */
  readonly afterwards?: (
    resource: AnyResource,
    sent: Readonly<Record<string, string>>,
    close: () => void,
  ) => ComponentChildren;
  /** The filter of the calls that have to do with one. */
  readonly calls: (resource: AnyResource) => string;
}

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
