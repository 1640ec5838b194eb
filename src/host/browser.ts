/**
 * What `node.ts` exports, for browsers. Where a browser has nothing of the kind, the call rejects and says so, on use and not before.
 */
import { SensorError } from '../failure.js'
import { mujocoInBrowser } from './mujocoInBrowser.js'
import type * as node from './node.js'

const absent = (what: string, users: string) => async (): Promise<never> => {
  throw new SensorError(`a browser has no ${what}: ${users} work in Node alone`)
}
const noFiles = absent('files', 'saveWeights, loadWeights, recorder, recording, jsonLines and links to files')

/** Files, by promises: there are none. */
export const files: typeof node.files = noFiles

/** Files, at once: there are none. */
export const filesAtOnce: typeof node.filesAtOnce = noFiles

/** Paths of files: there are none. */
export const paths: typeof node.paths = noFiles

/** Named pipes: there are none. */
export const sockets: typeof node.sockets = noFiles

/** UDP: there is none. */
export const udpSockets: typeof node.udpSockets = absent('UDP sockets', 'fromUdp and toUdp')

/** Serial ports: `serialport` is a native module. */
export const serialPorts: typeof node.serialPorts = absent('serial ports of this kind', 'fromSerial and toSerial')

/** A browser brings its own WebSocket, so that this is never asked for. */
export const webSockets: typeof node.webSockets = absent('package ws', 'its WebSockets')

/** A page has no process and gets no signals. */
export const ownProcess: typeof node.ownProcess = () => {
  throw new Error("stopOnExit: a browser has no process and no signals: call the world's stop() on 'pagehide'")
}

/** MuJoCo, from the two files that are served beside the page or its script. */
export const mujocoModule: typeof node.mujocoModule = mujocoInBrowser
