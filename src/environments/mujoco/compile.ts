/** Compiles models that are typed data or text. */
import type { MainModule, MjModel } from '@mujoco/mujoco'
import { reason } from '../../failure.js'
import { mjcf } from './mjcf.js'
import type { Model, ModelText } from './model.js'

const textOf = (source: Model | ModelText): ModelText => ('xml' in source ? source : { xml: mjcf(source) })

/**
 * A compiled model; `name` begins the errors. The caller deletes it.
 *
 * MuJoCo's automatic reset is switched off: it would replace a state that diverged by the initial one in mid-episode, without an error.
 *
 * Fails: Error with MuJoCo's message on one line, for a model that does not compile; TypeError for an asset that is neither text nor
 * bytes.
 */
export const compile = (mujoco: MainModule, name: string, source: Model | ModelText): MjModel => {
  const { xml, assets = {}, path } = textOf(source)
  const files = new mujoco.MjVFS()
  try {
    for (const [file, content] of Object.entries(path === undefined ? assets : { ...assets, [path]: xml })) {
      const bytes: unknown = typeof content === 'string' ? new TextEncoder().encode(content) : content
      if (!(bytes instanceof Uint8Array)) throw new TypeError(`asset '${file}': expected a text or a Uint8Array`)
      files.addBuffer(file, bytes)
    }
    const { from_xml_path, from_xml_string } = mujoco.MjModel
    const model = path === undefined ? from_xml_string(xml, files) : from_xml_path(path, files)
    model.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_AUTORESET.value
    return model
  } catch (error) {
    const message = `${name}: ${reason(error)}`
    throw error instanceof TypeError ? new TypeError(message) : new Error(message, { cause: error })
  } finally {
    files.delete()
  }
}
