/** The module of MuJoCo, which is loaded when the first model is opened, once for the whole process. */
import { mujocoModule } from '#host'
import type { MainModule } from '@mujoco/mujoco'
import { type ByteOrder, byteOrder } from '../../kernels/home.js'

let loading: Promise<MainModule> | undefined

/** Loads MuJoCo. Fails: Error on a big-endian machine, whose typed arrays would read WebAssembly's numbers with their bytes in the wrong order. */
export const loadMujoco = async (name: string, order: ByteOrder = byteOrder()): Promise<MainModule> => {
  if (order === 'big') {
    throw new Error(`${name}: MuJoCo, which is compiled to WebAssembly, cannot run on a big-endian machine`)
  }
  return load()
}
const load = (): Promise<MainModule> => (loading ??= mujocoModule())
