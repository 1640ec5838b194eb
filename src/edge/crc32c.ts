/** The checksum of records in event files and of saved policies: CRC-32C (Castagnoli). `crc32` of Node's zlib has another polynomial. */

/** The polynomial, its bits reflected. */
const POLYNOMIAL = 0x82f63b78

/** The checksum of each single byte. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1
  return sum
})

/** The checksum of some bytes, from 0 to 2^32 - 1. */
export const crc32c = (bytes: Uint8Array): number => {
  let sum = 0xffffffff
  for (let i = 0; i < bytes.length; i++) sum = table[(sum ^ bytes[i]) & 0xff] ^ (sum >>> 8)
  return ~sum >>> 0
}
