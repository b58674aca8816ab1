import { h, type JSX } from 'preact';
import type { Shape } from '../../ladder/shape.ts';

/** Shapes as elements of the page: every text in them is a text node. */
export function Shapes({ shapes }: { readonly shapes: readonly Shape[] }): JSX.Element {
  return <>{shapes.map(drawn)}</>;
}

function drawn({ name, is, text, inside = [] }: Shape): JSX.Element {
  return h(name, { ...is }, text, ...inside.map(drawn));
}
