import type { z } from 'zod';
import type { Form } from '../form.ts';

const MOST_NAMES = 20;
const LONGEST_NAME = 64;

/**
 * The parameters of a request that have no effect because its schema does not know them, as many as fit into one
 * line; undefined when there are none.
 */
export function ignoredIn(form: Form, schema: z.ZodObject): readonly string[] | undefined {
  const names = [...form.keys()].filter((name) => {
    const value = form.get(name)?.at(-1) ?? '';
    return !Object.hasOwn(schema.shape, name) && value !== '';
  });
  if (names.length === 0) return undefined;
  const shown = names
    .slice(0, MOST_NAMES)
    .map((name) => name.slice(0, LONGEST_NAME).replace(/[^\w.-]/g, '?'));
  return names.length > MOST_NAMES ? [...shown, `${names.length - MOST_NAMES} more`] : shown;
}
