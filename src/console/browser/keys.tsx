import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { Dialog } from './parts/dialog.tsx';
import { Facts } from './parts/facts.tsx';

const KEYS = [
  ['/', 'search'],
  ['j, k', 'next and previous row'],
  ['Enter', 'open the row, or show its request'],
  ['Space', 'mark a line of the ladder; mark two to compare them'],
  ['Esc', 'back, or close'],
  ['?', 'this list'],
] as const;

/** Whether a key is meant for a field in which somebody writes. */
export function isWriting(event: KeyboardEvent): boolean {
  const { target } = event;
  return target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Whether a key presses what has the focus. */
function isPressing({ key, target }: KeyboardEvent): boolean {
  if (key !== 'Enter' && key !== ' ') return false;
  return target instanceof HTMLElement && /^(BUTTON|A|SUMMARY)$/.test(target.tagName);
}

/** Listens to keys of the whole page, unless somebody writes, presses a button or holds another key. */
export function useKeys(onKey: (key: string, event: KeyboardEvent) => void): void {
  // Before the next key can come, so that it never meets the page as it was.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (isWriting(event) || isPressing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('dialog[open]') !== null) return;
      onKey(event.key, event);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });
}

/** The keys that work everywhere. */
export function Keys(): JSX.Element | null {
  const [isShown, setShown] = useState(false);
  useKeys((key, event) => {
    if (key === '?') setShown(true);
    if (key !== '/') return;
    const field = document.querySelector<HTMLInputElement>('input[type=search]');
    if (field === null) return;
    event.preventDefault();
    field.focus();
  });
  if (!isShown) return null;
  return (
    <Dialog title="Keys" onClose={() => setShown(false)}>
      <Facts pairs={KEYS.map(([key, words]) => [key, words] as const)} />
    </Dialog>
  );
}
