// This file puts some methods of ours over an object and leaves the rest as it is, whatever it has.

/** @returns `inner` as seen through `overrides`; methods keep `inner` as their `this`. */
export function overlay<Inner extends object>(inner: Inner, overrides: Partial<Inner>): Inner {
  return new Proxy(inner, {
    get(target, key) {
      if (Object.hasOwn(overrides, key)) return Reflect.get(overrides, key);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}
