/** Floats as files hold them: 32 bits, the lowest byte first, on whatever machine. */

/** Writes floats at a byte offset and returns the offset behind them. */
export const writeFloats = (bytes: DataView, at: number, values: ArrayLike<number>): number => {
  for (let i = 0; i < values.length; i++) bytes.setFloat32(at + 4 * i, values[i], true)
  return at + 4 * values.length
}

/** Reads `count` floats from a byte offset, wherever it stands. */
export const readFloats = (bytes: DataView, at: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => bytes.getFloat32(at + 4 * i, true))

/** A view of the very bytes of an array, for its numbers. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)
