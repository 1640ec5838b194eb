/** Views of MuJoCo's arrays that are kept from step to step: fetching them anew each time would cost more than some steps. */
import type { MjData, MjModel } from '@mujoco/mujoco'

/** Views that can follow their memory. */
export interface Views<Name extends string> {
  /** This one record holds the views throughout. A view in it may be replaced, so it is read from here after each step and not kept. */
  readonly arrays: Readonly<Record<Name, Float64Array>>
  /** Fetches the views again. Their memory has moved when the heap has grown, which any other model may bring about. */
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
