import type { ComponentChildren, JSX } from 'preact';
import { httpLink } from '../../data/http-link.ts';
import { BASE, goTo } from '../platform/location.ts';

interface LinkProps {
  /** A page of the console. */
  readonly to: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly current?: boolean;
}

/** A link to a page of the console, which opens without loading everything again. */
export function Link({ to, children, class: name, current }: LinkProps): JSX.Element {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a href={BASE + to} onClick={follow} class={name} aria-current={current === true ? 'page' : undefined}>
      {children}
    </a>
  );
}

/** A text that somebody else wrote: a link when it is plainly an address of the web, else as it is. */
export function OutLink({ text }: { readonly text: string }): JSX.Element {
  const href = httpLink(text);
  if (href === undefined) return <span class="mono">{text}</span>;
  return (
    <a class="mono" href={href} target="_blank" rel="noreferrer noopener">
      {text}
    </a>
  );
}
