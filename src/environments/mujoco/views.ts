/** Views of MuJoCo's arrays that are kept from step to step: fetching them again for each step would take longer than some steps. */
import type { MjData, MjModel } from '@mujoco/mujoco'

/** Views that can be fetched again. */
export interface Views<Name extends string> {
  /** The record of the views, which stays the same. A view in it may be replaced: read it from here after each step, and do not keep it. */
  readonly arrays: Readonly<Record<Name, Float64Array>>
  /** Fetches the views again, after their memory has moved. It moves when the heap grows, which any other model may cause. */
  fetch(): void
}

/**
 * Views of the arrays of these names.
 *
 * Fails: TypeError for an array that holds no doubles.
 */
export const viewsOf = <Name extends string & (keyof MjData | keyof MjModel)>(
  owner: Readonly<Record<Name, unknown>>,
  names: readonly Name[],
): Views<Name> => {
  const arrays = {} as Record<Name, Float64Array>
  const fetch = (): void => {
    for (const name of names) {
      const view: unknown = owner[name]
      if (!(view instanceof Float64Array)) throw new TypeError(`mujoco: ${name} holds no doubles`)
      arrays[name] = view
    }
  }
  fetch()
  return { arrays, fetch }
}
