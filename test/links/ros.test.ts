import { describe, expect, test } from 'vitest'
import { finiteNumbers } from '../../src/edge/codecs.js'
import { decode } from '../../src/edge/decode.js'
import { ignored } from '../../src/links/message.js'
import { jointState, laserScan, rosTime } from '../../src/links/ros.js'
import { frameReader, parseFrame } from '../../src/links/rosbridgeFrames.js'

describe('jointState', () => {
  const arm = jointState(['shoulder', 'elbow'])
  const message = { name: ['gripper', 'elbow', 'shoulder'], position: [0.9, 2, 1], velocity: [0, 20, 10], effort: [] }

  test('finds joints by their names, in the given order', () => {
    expect(arm(message)).toEqual([1, 2])
    expect(jointState(['elbow'], 'velocity')(message)).toEqual([20])
  })

  test('ignores a message of other joints alone, such as a gripper’s', () => {
    expect(arm({ name: ['gripper'], position: [0.9] })).toBe(ignored)
  })

  test('refuses a message with some of the joints, without values, and of no such kind', () => {
    expect(() => arm({ name: ['elbow'], position: [1] })).toThrow('a joint called shoulder')
    expect(() => jointState(['elbow'], 'effort')(message)).toThrow('a effort of the joint elbow')
    expect(() => arm({ name: ['elbow'] })).toThrow('a joint called shoulder')
    expect(() => arm({ name: ['elbow', 'shoulder'] })).toThrow('a list called position')
    expect(() => arm(null)).toThrow('a list called name')
    expect(decode(finiteNumbers(2))(arm({ name: ['shoulder', 'elbow'], position: [null, 1] }))).toMatchObject({
      _tag: 'Left',
    })
  })
})

describe('laserScan', () => {
  const scan = (ranges: readonly unknown[]) => ({ ranges, range_min: 0.1, range_max: 10 })

  test('shows what is out of range as the end of it', () => {
    expect(laserScan()(scan([1, null, NaN, Infinity, -Infinity, 0, 11, 0.1, 10]))).toEqual([
      1, 10, 10, 10, 0.1, 0.1, 10, 0.1, 10,
    ])
    expect(laserScan({ beyond: 30 })(scan([null, 11]))).toEqual([30, 30])
  })

  test('refuses what is no scan', () => {
    expect(() => laserScan()(scan(['near']))).toThrow('a number or null as ranges[0]')
    expect(() => laserScan()({ ranges: [] })).toThrow('a finite number called range_min')
    expect(() => laserScan()({ range_min: 0 })).toThrow('a list called ranges')
  })
})

test('a time of ROS 1 and of ROS 2 is milliseconds since 1970', () => {
  expect(rosTime({ secs: 2, nsecs: 500_000_000 })).toBe(2500)
  expect(rosTime({ sec: 2, nanosec: 500_000_000 })).toBe(2500)
})

describe('a frame', () => {
  test.each<[string, unknown]>([
    ['{"a":[1,NaN,2]}', { a: [1, null, 2] }],
    ['{"a":[Infinity,-Infinity]}', { a: [Infinity, -Infinity] }],
    ['[NaN, NaN]', [null, null]],
    ['{"a":"NaN and \\"Infinity\\", -Infinity","b":NaN}', { a: 'NaN and "Infinity", -Infinity', b: null }],
  ])('%s has numbers that JSON has no word for', (text, value) => {
    expect(parseFrame(text)).toEqual(value)
  })

  test.each(['NaN1', '{"a":NaNNaN}', '{NaN:1}', '{"a":', '"NaN'])('%s is no frame, with or without them', (text) => {
    expect(() => parseFrame(text)).toThrow(SyntaxError)
  })

  let now = 0
  const reader = (longest = 1000) => frameReader({ longest, patience: 100, now: () => now })
  const fragment = (id: string, num: number, total: number, data: string): string =>
    JSON.stringify({ op: 'fragment', id, num, total, data })
  const published = JSON.stringify({ op: 'publish', topic: '/a', msg: { data: 1 } })

  test.each([
    '',
    '[]',
    'null',
    '1',
    '{}',
    '{"op":1}',
    '{"op":"fragment"}',
    '{"op":"fragment","id":"x","num":-1,"total":2,"data":""}',
    '{"op":"fragment","id":"x","num":2,"total":2,"data":""}',
    '{"op":"fragment","id":"x","num":0,"total":1e9,"data":""}',
    '{"op":"fragment","id":"x","num":0.5,"total":2,"data":""}',
  ])('%s is garbled', (frame) => {
    expect(reader()(frame)).toMatchObject({ kind: 'garbled' })
  })

  test.each(['{"op":"call_service","service":"/a","id":"x"}', '{"op":"png","data":"x"}', '{"op":"publish"}'])(
    '%s is not for us',
    (frame) => {
      expect(reader()(frame)).toBeNull()
    },
  )

  test('in fragments is put together, whatever their order and however often they come', () => {
    const read = reader()
    const [one, two, three] = [published.slice(0, 10), published.slice(10, 20), published.slice(20)]
    expect(read(fragment('m', 2, 3, three))).toBeNull()
    expect(read(fragment('m', 0, 3, one))).toBeNull()
    expect(read(fragment('m', 0, 3, one))).toBeNull()
    expect(read(fragment('m', 1, 3, two))).toEqual({ kind: 'message', topic: '/a', message: { data: 1 } })
    expect(read(fragment('n', 0, 1, fragment('n', 0, 1, '{}')))).toMatchObject({ kind: 'garbled' })
  })

  test('in fragments is bounded in size, in number and in age', () => {
    const read = reader(1000)
    expect(read(fragment('long', 0, 3, 'x'.repeat(600)))).toBeNull()
    expect(read(fragment('long', 1, 3, 'x'.repeat(600)))).toMatchObject({ kind: 'garbled' })
    for (let i = 0; i < 10_000; i++) expect(read(fragment(`id${i}`, 0, 4096, 'x'.repeat(100)))).toBeNull()
    const half = published.length / 2
    expect(read(fragment('old', 0, 2, published.slice(0, half)))).toBeNull()
    now += 101
    expect(read(fragment('old', 1, 2, published.slice(half)))).toBeNull()
  })

  test('in endless fragments grows no memory', () => {
    const read = reader(2 ** 20)
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 2000; i++) read(fragment(`id${i}`, 0, 4096, 'x'.repeat(100_000)))
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6)
  })
})
