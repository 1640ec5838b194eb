/** The checksum of records in event files and of saved policies: CRC-32C (Castagnoli). `crc32` of Node's zlib has another polynomial. */
import { crcOf } from './crc.js'

/** The checksum of some bytes, from 0 to 2^32 - 1. */
export const crc32c = crcOf(0x82f63b78)
