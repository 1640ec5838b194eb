/** Shows a simulation: what can be seen of its model, and where everything is. */
import type { MainModule, MjData, MjModel } from '@mujoco/mujoco'
import { visibleModel } from './visibleModel.js'
import type { VisibleFrame, VisibleScene, VisibleShape } from './visibleScene.js'

/** A scene that can be seen, and the memory behind it. */
export interface OpenVisibleScene extends VisibleScene {
  close(): void
}

/** Contacts by their positions and normals. The binding gives a copy of each, which has to be deleted. */
const contactsOf = (data: MjData): Float32Array => {
  const list = data.contact
  const contacts = new Float32Array(6 * data.ncon)
  for (let i = 0; i < data.ncon; i++) {
    const contact = list.get(i)!
    contacts.set(contact.pos as Float64Array, 6 * i)
    contacts.set((contact.frame as Float64Array).subarray(0, 3), 6 * i + 3)
    contact.delete()
  }
  return contacts
}

/**
 * What can be seen of a model and its data. Derived quantities are those of data of its own, into which positions are copied: what the
 * simulation has derived stays as it is, and a state that was restored is seen as well.
 *
 * Memory: one more `MjData`, until `close`.
 */
export const openVisibleScene = (mujoco: MainModule, model: MjModel, data: MjData): OpenVisibleScene => {
  const seen = new mujoco.MjData(model)
  const derive = (): void => {
    for (const name of ['qpos', 'mocap_pos', 'mocap_quat'] as const) {
      ;(seen[name] as Float64Array).set(data[name] as Float64Array)
    }
    mujoco.mj_kinematics(model, seen)
  }
  derive()
  const described = visibleModel(mujoco, model, seen)
  /** Numbers of each shape, `width` of each, from where the array of its element begins. */
  const gather = (
    into: Float32Array,
    { width, stride, at }: { readonly width: number; readonly stride: number; readonly at: number },
    of: Readonly<Record<VisibleShape['element'], Float64Array>>,
  ): void => {
    described.shapes.forEach(({ element, row }, i) => {
      into.set(of[element].subarray(width * row, width * (row + 1)), stride * i + at)
    })
  }
  const { length } = described.shapes
  return {
    model: described,
    sizes: () => {
      const sizes = new Float32Array(3 * length)
      gather(
        sizes,
        { width: 3, stride: 3, at: 0 },
        { geom: model.geom_size as Float64Array, site: model.site_size as Float64Array },
      )
      return sizes
    },
    frame: (): VisibleFrame => {
      derive()
      mujoco.mj_collision(model, seen)
      const poses = new Float32Array(12 * length)
      const positions = { geom: seen.geom_xpos as Float64Array, site: seen.site_xpos as Float64Array }
      const rotations = { geom: seen.geom_xmat as Float64Array, site: seen.site_xmat as Float64Array }
      gather(poses, { width: 3, stride: 12, at: 0 }, positions)
      gather(poses, { width: 9, stride: 12, at: 3 }, rotations)
      return { poses, bodies: Float32Array.from(seen.xpos as Float64Array), contacts: contactsOf(seen) }
    },
    close: () => seen.delete(),
  }
}
