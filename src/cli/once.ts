/** Work that is done once. */

/** Runs `work` at the first call; every call returns the same promise. */
export const once = <A>(work: () => Promise<A>): (() => Promise<A>) => {
  let result: Promise<A> | null = null
  return () => (result ??= work())
}
