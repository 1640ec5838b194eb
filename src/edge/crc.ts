/** Checksums of 32 bits whose bits are reflected, and which begin and end inverted. */

/** The function that computes the checksum of some bytes, from 0 to 2^32 - 1, by a polynomial whose bits are reflected. */
export const crcOf = (polynomial: number): ((bytes: Uint8Array) => number) => {
  /** The checksum of each single byte. */
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >>> 1) ^ polynomial : sum >>> 1
    return sum
  })
  return (bytes) => {
    let sum = 0xffffffff
    for (let i = 0; i < bytes.length; i++) sum = table[(sum ^ bytes[i]) & 0xff] ^ (sum >>> 8)
    return ~sum >>> 0
  }
}
