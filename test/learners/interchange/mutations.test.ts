/** Bytes of good files, changed at random: each reader accepts the file or returns failures, and never throws. */
import { flatMap, isLeft, isRight, type Either } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { renderFailure, type Failure } from '../../../src/edge/decode.js'
import { parseLayersModel } from '../../../src/learners/interchange/layersJson.js'
import { outlineOf, toLayersModel } from '../../../src/learners/interchange/layersModel.js'
import { asPublished } from '../../../src/learners/interchange/networkShape.js'
import { parseSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { weightsOf } from '../../../src/learners/interchange/weights.js'
import { seeded } from '../../../src/random.js'
import { golden, learnerOf, rightOf } from './learners.js'

const random = seeded(1)('mutations')
/** An integer from 0 to `end - 1`. */
const below = (end: number): number => Math.floor(random.uniform() * end)
const fragments = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\u0000',
  '9007199254740993',
  '-1',
  '1e999',
  'null',
  '0',
  ',',
  ':',
  '__proto__',
]

/** A file with one to four changes: bytes flipped, cut out, doubled, or a piece of JSON put in. */
const mutated = (bytes: Uint8Array, from: number, to: number): Uint8Array => {
  let all = [...bytes]
  for (let i = below(4); i >= 0; i--) {
    const at = from + below(Math.min(to, all.length) - from)
    const kind = below(4)
    if (kind === 0) all[at] = below(256)
    else if (kind === 1) all.splice(at, below(8))
    else if (kind === 2) all.splice(at, 0, ...all.slice(at, at + below(40)))
    else all.splice(at, 0, ...new TextEncoder().encode(fragments[below(fragments.length)]))
    all = all.slice()
  }
  return Uint8Array.from(all)
}

const expectNoThrow = (read: () => Either<readonly Failure[], unknown>): boolean => {
  const result = read()
  if (isLeft(result)) {
    expect(result.left.length).toBeGreaterThan(0)
    for (const failure of result.left) expect(renderFailure(failure)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{1,6000}$/u)
  }
  return isRight(result)
}

describe('random changes', () => {
  it('of a safetensors file', () => {
    const bytes = golden('pytorch.safetensors')
    const headerEnd = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
    const taken = Array.from({ length: 400 }, () =>
      expectNoThrow(() => flatMap(asPublished)(parseSafetensors(mutated(bytes, 0, headerEnd)))),
    )
    expect(taken.filter((whole) => !whole).length).toBeGreaterThan(200)
  })

  it('of a model.json', () => {
    const text = new TextEncoder().encode(
      rightOf(toLayersModel(weightsOf(learnerOf().parameters, true), 'actor')).model,
    )
    const taken = Array.from({ length: 400 }, () =>
      expectNoThrow(() => flatMap(outlineOf.bind(null, 'actor'))(parseLayersModel(mutated(text, 0, text.length)))),
    )
    expect(taken.filter((whole) => !whole).length).toBeGreaterThan(200)
  })
})
