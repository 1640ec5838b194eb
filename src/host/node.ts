/**
 * What only Node has: its own modules, and packages that run nowhere else. Each is loaded when it is asked for.
 *
 * Imported as `#host`. The package's `imports` map gives `browser.ts` in its place under the condition `browser`, which bundlers for
 * browsers set, so that a bundle contains none of these.
 */
import type { MainModule } from '@mujoco/mujoco'

/** Files, by promises. */
export const files = () => import('node:fs/promises')

/** Files, at once. */
export const filesAtOnce = (): Promise<typeof import('node:fs')> => import('node:fs')

/** Paths of files. */
export const paths = () => import('node:path')

/** Sockets over file descriptors, for named pipes. */
export const sockets = () => import('node:net')

/** Sockets of UDP. */
export const udpSockets = () => import('node:dgram')

/** Serial ports: the optional peer `serialport`. */
export const serialPorts = () => import('serialport')

/** WebSockets: the optional peer `ws`. */
export const webSockets = () => import('ws')

/** The process that this runs in. */
export const ownProcess = (): NodeJS.Process => process

/** MuJoCo, compiled. */
export const mujocoModule = async (): Promise<MainModule> => (await import('@mujoco/mujoco')).default()
