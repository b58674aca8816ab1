import type { Member } from './member.ts';

/** Those who wait in a new order, and the numbers for it: the same ones, so that whoever was taken keeps its place among them. */
export function reordered(waiting: readonly Member[], member: Member, position: number) {
  const others = waiting.filter((one) => one !== member);
  const index = Math.min(position - 1, others.length);
  const inOrder = [...others.slice(0, index), member, ...others.slice(index)];
  return { inOrder, numbers: waiting.map(({ record }) => record.number), index };
}
