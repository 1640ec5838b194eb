import { describe, expect, test } from 'vitest'
import { docOf, readDoc, sourceOf } from './docComment.js'

const file = `import { map } from 'rxjs'

/** What it may be handed. */
export interface Options {}

/**
 * Does this, over
 * two lines.
 *
 *     source    --a-----b--|
 *     reads  it   null  yes
 *     twice(2)  --A-----B--|     A: a, twice; as it were
 *
 * It is so.
 * And so.
 *
 * For a reason.
 *
 * Memory: none.
 * Fails: throws,
 * now and then.
 */
export const twice = 2
`

test('a doc comment is read into its parts', () => {
  expect(readDoc(docOf(file, 'twice'))).toEqual({
    sentence: 'Does this, over\ntwo lines.',
    picture: ['source    --a-----b--|', 'reads  it   null  yes', 'twice(2)  --A-----B--|'],
    legend: ['A: a, twice; as it were'],
    paragraphs: ['It is so.\nAnd so.', 'For a reason.'],
    sections: { Memory: 'none.', Fails: 'throws,\nnow and then.' },
  })
})

test('the marbles of the source are found', () => {
  expect(sourceOf(readDoc(docOf(file, 'twice')))).toBe('--a-----b--|')
})

describe('complains', () => {
  test('of a name that is not exported', () => {
    expect(() => docOf(file, 'thrice')).toThrow('thrice: no exported const with a doc comment')
  })

  test('of a name without a doc comment', () => {
    expect(() => docOf('export const bare = 1', 'bare')).toThrow('bare: no exported const with a doc comment')
  })

  test('not of a doc comment without a picture, whose text is then no timeline', () => {
    const { picture, sentence } = readDoc(['A sentence.'])
    expect([picture, sentence]).toEqual([[], 'A sentence.'])
  })
})
