/** Files whose names have the beginning of their checksum, so that a file tells by itself whether it is whole. */
import { hashes } from '#host'
import { writeNamed } from '../edge/disk.js'
import { withRegularFile } from '../edge/regularFile.js'

/** Digits of a checksum in a name: the first ones of a SHA-256, hexadecimal. */
export const SUM_DIGITS = 16

/** Bytes that are written, and added to a checksum, in one turn of the event loop. */
const BLOCK = 2 ** 20

/** Bytes in blocks of one length but for the last, which are read before the next one is requested: all stand in one memory. */
const blocksOf = function* (stretches: Iterable<Uint8Array>): Generator<Uint8Array> {
  const block = new Uint8Array(BLOCK)
  let held = 0
  for (const stretch of stretches) {
    for (let at = 0; at < stretch.length;) {
      const part = stretch.subarray(at, at + BLOCK - held)
      block.set(part, held)
      at += part.length
      held += part.length
      if (held < BLOCK) continue
      yield block
      held = 0
    }
  }
  if (held > 0) yield block.subarray(0, held)
}

/** A file that was written, and the checksum in its name. */
export interface SummedFile {
  readonly path: string
  readonly sum: string
}

/**
 * Writes a file whose name has the checksum of its bytes to a folder.
 *
 * Fails: rejects if the disk does not accept all of it; nothing that was written is left then.
 */
export const writeSummed = async (
  folder: string,
  stretches: Iterable<Uint8Array>,
  nameOf: (sum: string) => string,
): Promise<SummedFile> => {
  const { createHash } = await hashes()
  const hash = createHash('sha256')
  const summed = function* (): Generator<Uint8Array> {
    for (const block of blocksOf(stretches)) {
      hash.update(block)
      yield block
    }
  }
  let sum = ''
  const path = await writeNamed(folder, summed(), () => {
    sum = hash.digest('hex').slice(0, SUM_DIGITS)
    return nameOf(sum)
  })
  return { path, sum }
}

/**
 * The bytes of a file whose name has the checksum `sum`.
 *
 * Fails: rejects with an Error of one line for a file with another checksum, which is damaged.
 */
export const readSummed = async (path: string, sum: string): Promise<Uint8Array<ArrayBuffer>> => {
  const bytes = new Uint8Array(await withRegularFile(path, ({ size, read }) => read(0, size)))
  const { createHash } = await hashes()
  if (createHash('sha256').update(bytes).digest('hex').startsWith(sum)) return bytes
  throw new Error('expected the checksum of its name; got another one: it is damaged')
}
