/** Floats in files: 32 bits, the lowest byte first, on every machine. */

/** Whether this machine has the same byte order: then floats are copied as bytes, about ten times faster. */
const native = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Writes floats at a byte offset and returns the offset behind them. */
export const writeFloats = (bytes: Uint8Array, at: number, values: Float32Array): number => {
  const end = at + 4 * values.length
  if (native) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
    return end
  }
  const view = viewOf(bytes)
  for (let i = 0; i < values.length; i++) view.setFloat32(at + 4 * i, values[i], true)
  return end
}

/** Reads `count` floats from any byte offset. */
export const readFloats = (bytes: Uint8Array, at: number, count: number): Float32Array => {
  // A copy: `slice` of Node's Buffer would be a view.
  if (native) return new Float32Array(new Uint8Array(bytes.subarray(at, at + 4 * count)).buffer)
  const view = viewOf(bytes)
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(at + 4 * i, true))
}

/** A view of the bytes of an array. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)
