/** What a run says of its memory before it starts. */
import type { Memory } from '../learners/algorithm.js'
import { flagOf } from './textCodecs.js'

/** Bytes of a part below which it is not worth a line: 16 MiB. */
const LEAST_BYTES = 2 ** 24

const sizeText = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(0)} MB`

/** A line for each part of a learner's memory of 16 MiB or more: what it is, its size, and the option that decides it. */
export const memoryLines = (memory: readonly Memory[]): readonly string[] =>
  memory
    .filter(({ bytes }) => bytes >= LEAST_BYTES)
    .map(({ what, bytes, setting }) => `memory: ${sizeText(bytes)} for ${what} (${flagOf(setting)})`)
