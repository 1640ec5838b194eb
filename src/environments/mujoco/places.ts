/** The positions of the named elements of a compiled model in MuJoCo's arrays. */
import type { MjModel } from '@mujoco/mujoco'
import { nearestName } from '../../edge/decode.js'
import type { ElementKind, ScenePlaces } from './types.js'

/** For each kind the model's array with the offsets of its names. */
const nameTables = {
  body: 'name_bodyadr',
  joint: 'name_jntadr',
  geom: 'name_geomadr',
  site: 'name_siteadr',
  camera: 'name_camadr',
  light: 'name_lightadr',
  tendon: 'name_tendonadr',
  actuator: 'name_actuatoradr',
  sensor: 'name_sensoradr',
  equality: 'name_eqadr',
  keyframe: 'name_keyadr',
} as const satisfies Record<ElementKind, keyof MjModel>

/**
 * The names of all elements of a kind, in MuJoCo's order; empty for an element without a name.
 *
 * They are read from the model's own buffer: for an element without a name the binding's `mj_id2name` returns unrelated memory.
 */
export const namesOf = (model: MjModel, kind: ElementKind): readonly string[] => {
  const { buffer, byteOffset, byteLength } = model.names as Int8Array<ArrayBuffer>
  const text = new Uint8Array(buffer, byteOffset, byteLength)
  const decoder = new TextDecoder()
  return Array.from(model[nameTables[kind]] as Int32Array, (from) =>
    decoder.decode(text.subarray(from, text.indexOf(0, from))),
  )
}

/**
 * A function that finds elements by name; `owner` begins its errors.
 *
 * Fails: RangeError with the known names and the nearest of them.
 */
export const placeFinder =
  (model: MjModel, owner: string) =>
  <Kind extends ElementKind>(kind: Kind, name: string): ScenePlaces[Kind] => {
    const names = namesOf(model, kind)
    const row = name === '' ? -1 : names.indexOf(name)
    if (row < 0) {
      const known = names.filter((each) => each !== '')
      const nearest = nearestName(name, known)
      throw new RangeError(
        `${owner}: expected the name of a ${kind} of the model (${known.length === 0 ? 'it has none' : known.join(', ')}), ` +
          `got '${name}'${nearest === null ? '' : `; nearest: ${nearest}`}`,
      )
    }
    const at = (table: unknown): number => (table as Int32Array)[row]
    const found: { readonly [Each in ElementKind]?: () => ScenePlaces[Each] } = {
      joint: () => ({ row, qpos: at(model.jnt_qposadr), qvel: at(model.jnt_dofadr) }),
      sensor: () => ({ row, sensordata: at(model.sensor_adr), size: at(model.sensor_dim) }),
    }
    return (found[kind]?.() ?? { row }) as ScenePlaces[Kind]
  }
