/** Reading of golden data, and the distance to it. */
import { readFileSync } from 'node:fs'
import type { Vector } from '../../src/types.js'

/** A golden file's content, trusted to have the shape that is asked for. */
export const readGolden = <Content>(path: string): Content =>
  JSON.parse(readFileSync(new URL(`../golden/${path}`, import.meta.url), 'utf8')) as Content

/** The largest difference between two vectors; NaN if they differ in size or hold one, so that no comparison with it holds. */
export const largestGap = (ours: Vector, theirs: Vector): number => {
  if (ours.length !== theirs.length) return NaN
  let largest = 0
  for (let i = 0; i < ours.length; i++) {
    const gap = Math.abs(ours[i] - theirs[i])
    if (!(gap <= largest)) largest = gap
  }
  return largest
}
