/** The option `--dashboard [port]`, of `rivulet train` and `rivulet resume`. */
import * as t from 'io-ts'
import type { Codec } from '../edge/codecs.js'

/** The option in the help. */
export const dashboardFlags = '--dashboard [port]'
/** The option `--watch [port]` in the help, of the same commands. */
export const watchFlags = '--watch [port]'
/** Its line of help. */
export const watchHelp = 'serve a page on 127.0.0.1 that shows episodes of the run in 3D (default port: any free one)'
/** The line of help of `--dashboard`. */
export const dashboardHelp = 'serve a live page of the run on 127.0.0.1 (default port: any free one)'

const LAST_PORT = 65_535

const portOf = (written: string): number | null =>
  /^\d{1,5}$/.test(written) && Number(written) <= LAST_PORT ? Number(written) : null

/** A port as it was written. */
export const portField: Codec<number> = new t.Type<number, unknown, unknown>(
  `a port from 0 to ${LAST_PORT}`,
  (input): input is number => typeof input === 'number',
  (input, context) => {
    const port = typeof input === 'string' ? portOf(input) : null
    return port === null ? t.failure(input, context) : t.success(port)
  },
  t.identity,
)

/** The port as it was written, 0 without one: any free port. */
export const dashboardField: Codec<number> = new t.Type<number, unknown, unknown>(
  `a port from 0 to ${LAST_PORT}, or no value, behind all other words`,
  (input): input is number => typeof input === 'number',
  (input, context) => {
    const port = input === true ? 0 : typeof input === 'string' ? portOf(input) : null
    return port === null ? t.failure(input, context) : t.success(port)
  },
  t.identity,
)
