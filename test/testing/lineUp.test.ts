import { expect, test } from 'vitest'
import { lineUp } from '../../src/testing/lineUp.js'

const lines = (timelines: Parameters<typeof lineUp>[0]): readonly string[] => lineUp(timelines).split('\n')

test('puts timelines one above the other, and marks where they part', () => {
  expect(lines({ source: '--a-b-t|', expected: '--.-b-t|', actual: '--.-b-u|' })).toEqual([
    '  source    --a-b-t|',
    '  expected  --.-b-t|',
    '  actual    --.-b-u|',
    '                  ^',
  ])
})

test('one that is shorter, or goes on, parts where it ends', () => {
  expect(lines({ expected: '--a|', actual: '--a-b-c|' })).toEqual([
    '  expected  --a|',
    '  actual    --a-b-c|',
    '               ^',
  ])
  expect(lines({ expected: '--a-b|', actual: '' }).at(-1)).toBe('              ^')
})

test('an error where a completion was expected, and the other way round', () => {
  expect(lines({ expected: '--a--|', actual: '--a--#' }).at(-1)).toBe('                 ^')
  expect(lines({ expected: '--a#', actual: '--a-#' }).at(-1)).toBe('               ^')
})

test('silence at the end is no difference', () => {
  const same = ['  expected  --a', '  actual    --a----']
  expect(lines({ expected: '--a', actual: '--a----' })).toEqual(same)
})

test('a long silence is shortened where all are silent, so that columns stay frames', () => {
  const drawn = lines({ source: 'a 999ms b 200ms c|', expected: 'a 999ms b 200ms c|', actual: 'a 999ms b 99ms c|' })
  expect(drawn).toEqual([
    `  source    a 999ms b${'-'.repeat(200)}c|`,
    `  expected  a 999ms b${'-'.repeat(200)}c|`,
    `  actual    a 999ms b${'-'.repeat(99)}c|`,
    `  ${' '.repeat('expected  a 999ms b'.length + 99)}^`,
  ])
})

test('alignment by spaces is taken out, since a space takes no time', () => {
  expect(lines({ expected: ' --a -|', actual: '--a-|' })).toEqual(['  expected  --a-|', '  actual    --a-|'])
})
