import type { ComponentChildren, JSX } from 'preact';

type Pair = readonly [name: string, value: ComponentChildren];

/** Names and values, one a line. */
export function Facts({ pairs }: { readonly pairs: readonly Pair[] }): JSX.Element {
  return (
    <dl class="facts">
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
