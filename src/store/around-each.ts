/** The same object, each of whose methods runs inside `around`. */
export function aroundEach<T extends object>(target: T, around: (run: () => unknown) => unknown): T {
  return new Proxy(target, {
    get(of, name) {
      const member: unknown = Reflect.get(of, name, of);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]): unknown => around(() => Reflect.apply(member, of, args));
    },
  });
}
