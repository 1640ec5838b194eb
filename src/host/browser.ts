/**
 * The exports of `node.ts`, for browsers. If browsers have nothing of the kind, the function rejects with an error that says so when it is
 * called, and not before.
 */
import { SensorError } from '../failure.js'
import { mujocoInBrowser } from './mujocoInBrowser.js'
import type * as node from './node.js'

const absent = (what: string, users: string) => async (): Promise<never> => {
  throw new SensorError(`a browser has no ${what}: ${users} work in Node alone`)
}
const noFiles = absent(
  'files',
  'saveWeights, loadWeights, savePolicy, readPolicy, recorder, recording, metricsFile, tensorBoard, jsonLines and links to files',
)

/** Files, by promises: browsers have none. */
export const files: typeof node.files = noFiles

/** Files, by synchronous calls: browsers have none. */
export const filesSync: typeof node.filesSync = noFiles

/** Checksums of files: browsers have none. */
export const hashes: typeof node.hashes = noFiles

/** Compression: a browser has another one. */
export const compression: typeof node.compression = absent('compression of this kind', 'films')

/** Paths of files: browsers have none. */
export const paths: typeof node.paths = noFiles

/** Sockets of TCP, and named pipes: browsers have none. */
export const sockets: typeof node.sockets = absent('TCP sockets', 'tcpSession, ur5, simulateUr5 and named pipes')

/** Processes: a page starts none. */
export const childProcesses: typeof node.childProcesses = absent('processes', 'environments in Python')

/** Servers of HTTP: browsers have none. */
export const httpServers: typeof node.httpServers = absent('servers', 'dashboards and pages of watched')

/** UDP: browsers have none. */
export const udpSockets: typeof node.udpSockets = absent('UDP sockets', 'fromUdp and toUdp')

/** Serial ports: `serialport` is a native module. */
export const serialPorts: typeof node.serialPorts = absent('serial ports of this kind', 'fromSerial and toSerial')

/** The package `ws`: never called, since a browser has its own WebSocket. */
export const webSockets: typeof node.webSockets = absent('package ws', 'its WebSockets')

/** The process: a page has none, and receives no signals. */
export const ownProcess: typeof node.ownProcess = () => {
  throw new Error("stopOnExit: a browser has no process and no signals: call the world's stop() on 'pagehide'")
}

/** A page is not told how much memory is free: what cannot be had is refused when it is asked for. */
export const availableMemory: typeof node.availableMemory = () => Infinity

/** A page is not told how much memory it occupies. */
export const residentBytes: typeof node.residentBytes = () => null

/** The name of the machine: only files are named after it. */
export const hostName: typeof node.hostName = noFiles

/** MuJoCo, from two files beside the page or its script. */
export const mujocoModule: typeof node.mujocoModule = mujocoInBrowser
