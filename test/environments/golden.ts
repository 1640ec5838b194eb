/** Reads golden data, and measures the distance to it. */
import { readFileSync } from 'node:fs'
import type { Vector } from '../../src/types.js'

/** A golden file's content, without a check of its shape. */
export const readGolden = <Content>(path: string): Content =>
  JSON.parse(readFileSync(new URL(`../golden/${path}`, import.meta.url), 'utf8')) as Content

/** The largest difference between two vectors; NaN if they differ in size or contain NaN, so that every comparison with it is false. */
export const largestGap = (ours: Vector, theirs: Vector): number => {
  if (ours.length !== theirs.length) return NaN
  let largest = 0
  for (let i = 0; i < ours.length; i++) {
    const gap = Math.abs(ours[i] - theirs[i])
    if (!(gap <= largest)) largest = gap
  }
  return largest
}
