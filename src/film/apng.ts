/** Animated PNGs (PNG specification, third edition). */
import { compression } from '#host'
import { crcOf } from '../edge/crc.js'
import type { FilmWriter } from './filmWriter.js'

const crc32 = crcOf(0xedb88320)
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** 8 bits a color, colors of red, green and blue. */
const [DEPTH, RGB] = [8, 2]

const chunk = (type: string, content: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(12 + content.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, content.length)
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i)
  bytes.set(content, 8)
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)))
  return bytes
}

/** The content of a chunk: numbers of 4, 2 and 1 bytes, the highest byte first. */
const content = (numbers: readonly (readonly [bytes: 1 | 2 | 4, value: number])[]): Uint8Array => {
  const bytes = new Uint8Array(numbers.reduce((sum, [size]) => sum + size, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [size, value] of numbers) {
    if (size === 4) view.setUint32(at, value)
    else if (size === 2) view.setUint16(at, value)
    else view.setUint8(at, value)
    at += size
  }
  return bytes
}

/** The rows of a picture, each as differences to the pixel on the left (filter 1) or to the row above (filter 2), whichever are smaller. */
const filtered = (rgba: Uint8ClampedArray, width: number, height: number): Uint8Array => {
  const rowBytes = 3 * width
  const out = new Uint8Array((1 + rowBytes) * height)
  const [row, above] = [new Uint8Array(rowBytes), new Uint8Array(rowBytes)]
  const candidates = [new Uint8Array(rowBytes), new Uint8Array(rowBytes)]
  for (let y = 0; y < height; y++) {
    above.set(row)
    for (let x = 0; x < width; x++) {
      for (let i = 0; i < 3; i++) row[3 * x + i] = rgba[4 * (y * width + x) + i]
    }
    const sums = [0, 0]
    for (let i = 0; i < rowBytes; i++) {
      const before = [i < 3 ? 0 : row[i - 3], above[i]]
      for (let filter = 0; filter < 2; filter++) {
        const difference = (row[i] - before[filter]) & 0xff
        candidates[filter][i] = difference
        sums[filter] += difference < 128 ? difference : 256 - difference
      }
    }
    const best = sums[1] < sums[0] ? 1 : 0
    out[y * (1 + rowBytes)] = best + 1
    out.set(candidates[best], y * (1 + rowBytes) + 1)
  }
  return out
}

/** A writer of animated PNGs, which repeat for ever. A reader that knows no animations shows the first frame. */
export const apng = async (width: number, height: number, fps: number): Promise<FilmWriter> => {
  const { deflateSync } = await compression()
  const chunks: Uint8Array[] = []
  let frames = 0
  let sequence = 0
  return {
    add: (rgba) => {
      const control: Parameters<typeof content>[0] = [
        ...[sequence++, width, height, 0, 0].map((value) => [4, value] as const),
        ...[1, fps].map((value) => [2, value] as const),
        // Neither the frame before nor its transparency matters.
        ...[0, 0].map((value) => [1, value] as const),
      ]
      const data = deflateSync(filtered(rgba, width, height), { level: 9 })
      chunks.push(chunk('fcTL', content(control)))
      if (frames++ === 0) chunks.push(chunk('IDAT', data))
      else {
        const numbered = new Uint8Array(4 + data.length)
        new DataView(numbered.buffer).setUint32(0, sequence++)
        numbered.set(data, 4)
        chunks.push(chunk('fdAT', numbered))
      }
    },
    finish: () => {
      const header = content([
        ...[width, height].map((value) => [4, value] as const),
        ...[DEPTH, RGB, 0, 0, 0].map((value) => [1, value] as const),
      ])
      const animation = content([
        [4, frames],
        [4, 0],
      ])
      const all = [SIGNATURE, chunk('IHDR', header), chunk('acTL', animation), ...chunks, chunk('IEND', content([]))]
      const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0))
      let at = 0
      for (const each of all) {
        bytes.set(each, at)
        at += each.length
      }
      return bytes
    },
  }
}
