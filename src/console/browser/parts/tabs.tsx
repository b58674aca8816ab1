import type { JSX } from 'preact';

interface ChoicesProps<T extends string> {
  readonly label: string;
  readonly among: readonly T[];
  readonly chosen: T;
  readonly choose: (one: T) => void;
  readonly words?: (one: T) => string;
}

/** Some buttons of which one is pressed. */
export function Choices<T extends string>({
  label,
  among,
  chosen,
  choose,
  words,
}: ChoicesProps<T>): JSX.Element {
  return (
    <div class="choices" role="group" aria-label={label}>
      {among.map((one) => (
        <button key={one} type="button" aria-pressed={one === chosen} onClick={() => choose(one)}>
          {words === undefined ? one : words(one)}
        </button>
      ))}
    </div>
  );
}
