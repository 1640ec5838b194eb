import { describe, expect, test } from 'vitest'
import { addressOf, reasonFor } from '../../src/links/address.js'

const read = (url: string) => addressOf('fromMqtt', url, ['mqtt', 'mqtts'], 'mqtt://localhost:1883')

describe('an address', () => {
  test('is named without its credentials and its query', () => {
    const { label, url } = read('mqtt://robot:pa%24s@broker.lab:1884/path?token=abc')
    expect(label).toBe('fromMqtt mqtt://broker.lab:1884/path')
    expect(url).toBe('mqtt://robot:pa%24s@broker.lab:1884/path?token=abc')
  })

  test('keeps its secrets out of whatever a client says', () => {
    const address = read('mqtt://robot:pa%24s@broker.lab?token=abc')
    const said = 'login robot/pa$s (pa%24s) to mqtt://robot:pa%24s@broker.lab?token=abc failed at ?token=abc'
    expect(reasonFor(address, new Error(said))).toBe('login ***/*** (***) to *** failed at ***')
  })

  test.each(['broker.lab', 'http://broker.lab', 'mqtt://', 'mqtt:'])(
    '%s is refused when the pipeline is built',
    (url) => {
      expect(() => read(url)).toThrow(
        `fromMqtt: expected a URL of mqtt, mqtts, such as mqtt://localhost:1883, got ${JSON.stringify(url)}`,
      )
    },
  )

  test('is refused without giving its credentials away', () => {
    for (const url of ['http://robot:secret@broker', 'mqtt//robot:secret@broker', 'robot:secret@broker?key=secret']) {
      expect(() => read(url)).toThrow(/^((?!secret).)*$/)
    }
  })
})

describe('a reason', () => {
  const place = { label: 'x', secrets: [] }
  test('is one line', () => {
    expect(reasonFor(place, new Error('first\n  second'))).toBe('first second')
    expect(reasonFor(place, 'plain')).toBe('plain')
  })

  test('of several attempts is that of the first', () => {
    const both = new AggregateError([new Error('refused by ::1'), new Error('refused by 127.0.0.1')], '')
    expect(reasonFor(place, both)).toBe('refused by ::1')
  })
})
