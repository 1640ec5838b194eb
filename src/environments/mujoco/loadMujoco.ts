/** The module of MuJoCo: loaded when the first model is opened, and one for the whole process. */
import { mujocoModule } from '#host'
import type { MainModule } from '@mujoco/mujoco'
import { type ByteOrder, byteOrder } from '../../kernels/home.js'

let loading: Promise<MainModule> | undefined

/** MuJoCo, on machines where the arrays that look into WebAssembly's memory read the numbers that stand there. */
export const loadMujoco = async (name: string, order: ByteOrder = byteOrder()): Promise<MainModule> => {
  if (order === 'big') {
    throw new Error(`${name}: MuJoCo, which is compiled to WebAssembly, cannot run on a big-endian machine`)
  }
  return load()
}
const load = (): Promise<MainModule> => (loading ??= mujocoModule())
