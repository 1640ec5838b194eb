/** Views of MuJoCo's data that are kept from step to step: fetching them anew each time would cost more than some steps. */
import type { MjData } from '@mujoco/mujoco'

/** Names of the arrays in MuJoCo's data, which the binding types as anything at all. */
export type DataField = { [Name in keyof MjData]: 0 extends 1 & MjData[Name] ? Name : never }[keyof MjData]

/** Live views of MuJoCo's arrays by their names there, written and read in place; positions and velocities are always among them. */
export type Fields<Field extends DataField> = { readonly [Name in Field | 'qpos' | 'qvel']: Float64Array }

/** Views that follow their memory. */
export interface Views<Field extends DataField> {
  /** This one record holds the views throughout. A view in it may be replaced, so it is read from here after each step and not kept. */
  readonly fields: Fields<Field>
  /** Fetches the views again if their memory has moved: the heap does when it grows, which any other model may bring about. */
  follow(): void
}

/**
 * Views of `data`'s positions, velocities and the arrays in `names`.
 *
 * Fails: TypeError for an array that holds no doubles.
 */
export const viewsOf = <Field extends DataField>(data: MjData, names: readonly Field[]): Views<Field> => {
  const all = ['qpos' as const, 'qvel' as const, ...names]
  const fields = {} as { [Name in Field | 'qpos' | 'qvel']: Float64Array }
  const fetch = (): void => {
    for (const name of all) {
      const view: unknown = data[name]
      if (!(view instanceof Float64Array)) throw new TypeError(`mujoco: ${name} holds no doubles`)
      fields[name] = view
    }
  }
  fetch()
  return {
    fields,
    follow: () => {
      // Views of memory that has moved are empty; a model without positions would be none.
      if (fields.qpos.length === 0) fetch()
    },
  }
}
