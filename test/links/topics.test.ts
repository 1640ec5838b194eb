import { describe, expect, test } from 'vitest'
import { matches, overlap } from '../../src/links/topics.js'

test.each<[filter: string, topic: string, does: boolean]>([
  ['a/b', 'a/b', true],
  ['a/b', 'a', false],
  ['a', 'a/b', false],
  ['a/+', 'a/b', true],
  ['a/+', 'a', false],
  ['a/+', 'a/', true],
  ['a/+', 'a/b/c', false],
  ['+/b', 'a/b', true],
  ['+', 'a', true],
  ['+', '/a', false],
  ['/+', '/a', true],
  ['a/#', 'a/b/c', true],
  ['a/#', 'a', true],
  ['a/#', 'ab', false],
  ['a/+/#', 'a/b', true],
  ['a/+/#', 'a', false],
  ['#', 'a/b', true],
  ['#', '$SYS/uptime', false],
  ['+/uptime', '$SYS/uptime', false],
  ['$SYS/#', '$SYS/uptime', true],
  ['$share/group/a/+', 'a/b', true],
  ['$share/group/a/+', 'b/b', false],
  ['A/b', 'a/b', false],
])('%s and %s match: %s', (filter, topic, does) => {
  expect(matches(filter, topic)).toBe(does)
})

describe('two filters overlap', () => {
  test.each<[one: string, other: string, do_: boolean]>([
    ['a/+', 'a/b', true],
    ['a/+', '+/b', true],
    ['a/+', 'b/+', false],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/b', 'a/c', false],
    ['a', 'a/+', false],
    ['#', 'x', true],
    ['a/+/c', 'a/b/+', true],
    ['a/+/c', 'a/b/d', false],
  ])('%s and %s: %s', (one, other, do_) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([do_, do_])
  })
})
