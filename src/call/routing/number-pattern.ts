import { plainNumber } from './phone-number.ts';

/** Whether a number of ours stands for all that begin like it: it ends with `*`. */
export function isPattern(phoneNumber: string): boolean {
  return phoneNumber.endsWith('*');
}

/** The pattern with the most digits before its `*` that fits what was dialled; with and without `+` it is the same. */
export function longestPattern<T extends { readonly phoneNumber: string }>(
  patterns: readonly T[],
  dialled: string,
): T | undefined {
  const plain = plainNumber(dialled);
  const fitting = patterns.filter(
    ({ phoneNumber }) => isPattern(phoneNumber) && plain.startsWith(beginning(phoneNumber)),
  );
  return fitting.toSorted((one, other) => digitsIn(other) - digitsIn(one))[0];
}

/** How many digits a pattern has before its `*`. */
export function digitsIn({ phoneNumber }: { readonly phoneNumber: string }): number {
  return beginning(phoneNumber).length;
}

/** What a number must begin with to fit the pattern, without a `+`. */
function beginning(pattern: string): string {
  return plainNumber(pattern).slice(0, -1);
}
