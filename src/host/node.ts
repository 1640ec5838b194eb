/**
 * What only Node has: its own modules, and packages that run only there. Each is loaded by its function here.
 *
 * Imported as `#host`. Under the condition `browser`, which bundlers for browsers set, the package's `imports` map replaces this file by
 * `browser.ts`, so that a bundle contains none of these.
 */
import type { MainModule } from '@mujoco/mujoco'

/** Files, by promises. */
export const files = () => import('node:fs/promises')

/** Files, by synchronous calls. */
export const filesSync = (): Promise<typeof import('node:fs')> => import('node:fs')

/** Checksums that are computed block by block. */
export const hashes = () => import('node:crypto')

/** Compression. */
export const compression = (): Promise<typeof import('node:zlib')> => import('node:zlib')

/** Paths of files. */
export const paths = () => import('node:path')

/** Sockets, which also read named pipes by their file descriptors. */
export const sockets = () => import('node:net')

/** Processes that this one starts. */
export const childProcesses = () => import('node:child_process')

/** Servers of HTTP. */
export const httpServers = () => import('node:http')

/** Sockets of UDP. */
export const udpSockets = () => import('node:dgram')

/** Serial ports: the optional peer dependency `serialport`. */
export const serialPorts = () => import('serialport')

/** WebSockets: the optional peer dependency `ws`. */
export const webSockets = () => import('ws')

/** The process of this program. */
export const ownProcess = (): NodeJS.Process => process

/** Bytes of memory that are free for this process; Infinity where the platform does not say. */
export const availableMemory = (): number => process.availableMemory?.() ?? Infinity

/** Bytes of memory that this process occupies (resident set); null where the platform does not say. */
export const residentBytes = (): number | null => process.memoryUsage.rss()

/** The name of this machine. */
export const hostName = async (): Promise<string> => (await import('node:os')).hostname()

/** MuJoCo, compiled. */
export const mujocoModule = async (): Promise<MainModule> => (await import('@mujoco/mujoco')).default()
