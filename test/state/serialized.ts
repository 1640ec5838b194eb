/** Writes parts to bytes and reads them, as a file would. */
import { bytesIn } from '../../src/state/readParts.js'
import type { Part, Restorable } from '../../src/types.js'

/** The bytes of all parts of a state, each copied before the next one is requested. */
export const bytesOf = (state: Restorable): Buffer => serialized(state.parts())

/** Each part as a line of JSON, with its bytes behind it. */
export const serialized = (parts: Iterable<Part>): Buffer => {
  const chunks: Uint8Array[] = []
  for (const part of parts) {
    const { name, version } = part
    const bytes = bytesIn(part)
    const line = 'json' in part ? { name, version, json: part.json } : { name, version, bytes: bytes?.length }
    chunks.push(Buffer.from(`${JSON.stringify(line)}\n`))
    // A copy: the view is valid until the next part is requested.
    if (bytes !== null) chunks.push(Uint8Array.from(bytes))
  }
  return Buffer.concat(chunks)
}

/** The parts of such bytes, as views of them. */
export const parsed = (bytes: Buffer): readonly Part[] => {
  const parts: Part[] = []
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\n', at)
    const { name, version, ...rest } = JSON.parse(bytes.toString('utf8', at, end)) as {
      readonly name: string
      readonly version: number
      readonly json?: unknown
      readonly bytes?: number
    }
    at = end + 1
    if (rest.bytes === undefined) parts.push({ name, version, json: rest.json })
    else parts.push({ name, version, bytes: bytes.subarray(at, (at += rest.bytes)) })
  }
  return parts
}
