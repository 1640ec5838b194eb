/** The option `--dashboard [port]`, of `rivulet train` and `rivulet resume`. */
import * as t from 'io-ts'
import type { Codec } from '../edge/codecs.js'

/** The option in the help. */
export const dashboardFlags = '--dashboard [port]'
/** Its line of help. */
export const dashboardHelp = 'serve a live page of the run on 127.0.0.1 (default port: any free one)'

const LAST_PORT = 65_535

const portOf = (written: string): number | null =>
  /^\d{1,5}$/.test(written) && Number(written) <= LAST_PORT ? Number(written) : null

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
