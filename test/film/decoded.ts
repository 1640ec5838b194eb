/** Reads pictures and films by the rules of their formats, which our writers have no part in. */
import { crc32, inflateSync } from 'node:zlib'

/** One picture. */
export interface DecodedFrame {
  /** Red, green and blue of each pixel. */
  readonly rgb: Uint8Array
  /** Seconds for which it is shown. */
  readonly seconds: number
}

export interface DecodedFilm {
  readonly width: number
  readonly height: number
  readonly frames: readonly DecodedFrame[]
  /** How often it is played; 0 for ever. */
  readonly plays: number
}

const unfiltered = (data: Uint8Array, width: number, height: number, channels: number): Uint8Array => {
  const rowBytes = channels * width
  const out = new Uint8Array(rowBytes * height)
  if (data.length !== (rowBytes + 1) * height) throw new Error(`${data.length} bytes of pixels`)
  for (let y = 0; y < height; y++) {
    const filter = data[y * (rowBytes + 1)]
    for (let i = 0; i < rowBytes; i++) {
      const left = i < channels ? 0 : out[y * rowBytes + i - channels]
      const up = y === 0 ? 0 : out[(y - 1) * rowBytes + i]
      const corner = i < channels || y === 0 ? 0 : out[(y - 1) * rowBytes + i - channels]
      const guess = left + up - corner
      const [a, b, c] = [left, up, corner].map((each) => Math.abs(guess - each))
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner
      const before = [0, left, up, Math.floor((left + up) / 2), paeth][filter]
      if (before === undefined) throw new Error(`filter ${filter}`)
      out[y * rowBytes + i] = data[y * (rowBytes + 1) + 1 + i] + before
    }
  }
  return out
}

/** A PNG or an animated one, of 8 bits a channel, without interlacing; its checksums and sequence numbers are checked. */
export const decodedPng = (bytes: Uint8Array): DecodedFilm => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 8
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))
  let [width, height, channels, plays, announced, sequence, isEnded] = [0, 0, 3, 1, 1, 0, false]
  const datas: { seconds: number; parts: Uint8Array[] }[] = []
  const numbered = (number: number): void => {
    if (number !== sequence++) throw new Error(`sequence ${number}`)
  }
  while (at < bytes.length) {
    const length = view.getUint32(at)
    const type = text(at + 4, at + 8)
    const content = at + 8
    if (crc32(bytes.subarray(at + 4, content + length)) !== view.getUint32(content + length)) {
      throw new Error(`checksum of ${type}`)
    }
    if (type === 'IHDR') {
      ;[width, height] = [view.getUint32(content), view.getUint32(content + 4)]
      const [depth, color, , , interlace] = bytes.subarray(content + 8, content + 13)
      if (depth !== 8 || (color !== 2 && color !== 6) || interlace !== 0) throw new Error('another kind of PNG')
      channels = color === 6 ? 4 : 3
    } else if (type === 'acTL') [announced, plays] = [view.getUint32(content), view.getUint32(content + 4)]
    else if (type === 'fcTL') {
      numbered(view.getUint32(content))
      if (view.getUint32(content + 4) !== width || view.getUint32(content + 8) !== height) throw new Error('size')
      datas.push({ seconds: view.getUint16(content + 20) / view.getUint16(content + 22), parts: [] })
    } else if (type === 'IDAT') {
      if (datas.length === 0) datas.push({ seconds: 0, parts: [] })
      datas[datas.length - 1].parts.push(bytes.subarray(content, content + length))
    } else if (type === 'fdAT') {
      numbered(view.getUint32(content))
      datas[datas.length - 1].parts.push(bytes.subarray(content + 4, content + length))
    } else if (type === 'IEND') isEnded = true
    at = content + length + 4
  }
  if (!isEnded || announced !== datas.length) throw new Error(`${datas.length} of ${announced} frames`)
  const frames = datas.map(({ seconds, parts }) => {
    const pixels = unfiltered(inflateSync(Buffer.concat(parts)), width, height, channels)
    const rgb = channels === 3 ? pixels : pixels.filter((_, i) => i % 4 !== 3)
    return { rgb, seconds }
  })
  return { width, height, frames, plays }
}

const lzw = (data: Uint8Array, least: number, count: number): Uint8Array => {
  const out: number[] = []
  const [clear, end] = [1 << least, (1 << least) + 1]
  let table: (readonly number[])[] = []
  let [size, bits, waiting, before] = [least + 1, 0, 0, null as readonly number[] | null]
  const reset = (): void => {
    table = Array.from({ length: end + 1 }, (_, code) => [code])
    ;[size, before] = [least + 1, null]
  }
  reset()
  for (const byte of data) {
    waiting |= byte << bits
    bits += 8
    while (bits >= size) {
      const code = waiting & ((1 << size) - 1)
      waiting >>>= size
      bits -= size
      if (code === end) return Uint8Array.from(out)
      if (code === clear) {
        reset()
        continue
      }
      const entry = table[code] ?? (before === null ? null : [...before, before[0]])
      if (entry === null || code > table.length) throw new Error(`code ${code}`)
      out.push(...entry)
      if (before !== null && table.length < 4096) table.push([...before, entry[0]])
      before = entry
      if (table.length === 1 << size && size < 12) size += 1
    }
  }
  throw new Error(`no end after ${out.length} of ${count} pixels`)
}

/** A GIF whose frames are whole pictures. */
export const decodedGif = (bytes: Uint8Array): DecodedFilm => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (String.fromCharCode(...bytes.subarray(0, 6)) !== 'GIF89a') throw new Error('no GIF')
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)]
  const colors = 2 << (bytes[10] & 7)
  const palette = bytes.subarray(13, 13 + 3 * colors)
  let at = 13 + 3 * colors
  let [seconds, plays] = [0, 1]
  const frames: DecodedFrame[] = []
  const blocks = (): Uint8Array => {
    const parts: Uint8Array[] = []
    while (bytes[at] !== 0) {
      parts.push(bytes.subarray(at + 1, at + 1 + bytes[at]))
      at += 1 + bytes[at]
    }
    at += 1
    return Buffer.concat(parts)
  }
  while (bytes[at] !== 0x3b) {
    if (bytes[at] === 0x21) {
      const label = bytes[at + 1]
      at += 2
      const content = blocks()
      if (label === 0xf9) seconds = (content[1] + 256 * content[2]) / 100
      if (label === 0xff) plays = content[12] + 256 * content[13]
    } else if (bytes[at] === 0x2c) {
      if (view.getUint16(at + 5, true) !== width || view.getUint16(at + 7, true) !== height) throw new Error('size')
      if ((bytes[at + 9] & 0x80) !== 0) throw new Error('a frame with colors of its own')
      const least = bytes[at + 10]
      at += 11
      const indices = lzw(blocks(), least, width * height)
      if (indices.length !== width * height) throw new Error(`${indices.length} pixels`)
      const rgb = new Uint8Array(3 * indices.length)
      indices.forEach((index, i) => rgb.set(palette.subarray(3 * index, 3 * index + 3), 3 * i))
      frames.push({ rgb, seconds })
    } else throw new Error(`block ${bytes[at]} at ${at}`)
  }
  return { width, height, frames, plays }
}

/** The color of a pixel. */
export const pixelOf = (
  { rgb }: Pick<DecodedFrame, 'rgb'>,
  width: number,
  column: number,
  row: number,
): readonly [red: number, green: number, blue: number] => {
  const at = 3 * (Math.floor(row) * width + Math.floor(column))
  return [rgb[at], rgb[at + 1], rgb[at + 2]]
}

/** The hue of a color in degrees, and its saturation from 0 to 1. */
export const hueOf = ([red, green, blue]: readonly number[]): { readonly hue: number; readonly saturation: number } => {
  const [high, low] = [Math.max(red, green, blue), Math.min(red, green, blue)]
  const range = high - low
  const turn =
    range === 0
      ? 0
      : high === red
        ? (green - blue) / range
        : high === green
          ? 2 + (blue - red) / range
          : 4 + (red - green) / range
  return { hue: (60 * turn + 360) % 360, saturation: high === 0 ? 0 : range / high }
}
