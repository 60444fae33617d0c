/** The defaults with those replaced that were given; one given as `undefined` was not. */
export function withDefaults<T extends object>(defaults: T, given: Partial<T> | undefined): T {
  const all = { ...defaults }
  for (const key of Object.keys(defaults) as (keyof T)[]) {
    const value = given?.[key]
    if (value !== undefined) all[key] = value
  }
  return all
}
