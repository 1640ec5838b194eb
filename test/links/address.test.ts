import { describe, expect, test } from 'vitest'
import { addressOf, reasonFor, secretsOf } from '../../src/links/address.js'

const place = { label: 'x', secrets: [] }

const read = (url: string) => addressOf('fromMqtt', url, ['mqtt', 'mqtts'], 'mqtt://localhost:1883')

describe('an address', () => {
  test('is named without its credentials and its query', () => {
    const { label, url } = read('mqtt://robot:pa%24s@broker.lab:1884/path?token=abc')
    expect(label).toBe('fromMqtt mqtt://broker.lab:1884/path')
    expect(url).toBe('mqtt://robot:pa%24s@broker.lab:1884/path?token=abc')
  })

  test('keeps its secrets out of the messages of a client', () => {
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

describe('secrets', () => {
  const places: readonly string[] = [
    'mqtt://user:SECRET/xyz@host',
    'mqtt://user:SECRET?xyz@host',
    'mqtt://user:SECRET#xyz@host',
    'mqtt://user:1883/SECRET@host',
    'mqtt://user:1883?SECRET@host',
    'mqtt://user:1883#SECRET@host',
    'mqtt://user:1883/a/SECRET@host/path',
    'mqtt:user:SECRET@host',
    'mqtt:/user:SECRET@host',
    'mqtt//user:SECRET@host',
    'user:SECRET@host',
    'user:SECRET/xyz@host',
    'http://user:SECRET@host',
    'mqtt://user:SEC@RET/SECRET@host',
    'mqtt://host?token=SECRET@x',
    'mqtt://?token=SECRET',
    'mqtt://#SECRET',
    ' mqtt://user:SECRET @host',
    'mqtt://user:SECRET\n@ho st',
    'mqtt://user:SECRET\\@ho st',
  ]
  /** The error about a text, whether or not it is an address. */
  const said = (url: string, scheme: string): string => {
    try {
      return addressOf('from', url.replace('mqtt', scheme), [scheme], `${scheme}://localhost`).label
    } catch (error) {
      return String(error)
    }
  }
  test.each(places)('do not show when %j is read', (url) => {
    // Browsers parse their own schemes differently.
    for (const scheme of ['mqtt', 'ws', 'udp']) expect(said(url, scheme)).not.toMatch(/SECRET|1883/)
  })

  test.each([
    ['mqtt://user:SECRET@host', 'login user/SECRET'],
    ['mqtt://user:S%2FECRET@host', 'password S/ECRET or S%2FECRET'],
    ['mqtt://a:SECRET@host?key=SECRET-KEY', 'SECRET-KEY of SECRET'],
    ['mqtt://host?key=S%20ECRETS', 'S ECRETS, S%20ECRETS'],
    ['mqtt://user:SEC"RET@host', 'got {"password":"SEC\\"RET"}, SEC"RET, SEC%22RET'],
  ])('of %j do not show in a reason', (url, words) => {
    expect(reasonFor(read(url), new Error(words))).not.toMatch(/S(EC|%2F|\/|\s|%20E)/)
  })

  test('of options and headers do not show in a reason, nor what follows a scheme', () => {
    const secrets = secretsOf({
      password: 'PASSWORD',
      clientId: 'robot',
      wsOptions: { headers: { authorization: 'Bearer TOKEN', 'x-api-key': 'KEY' } },
    })
    const address = addressOf('fromMqtt', 'mqtt://host', ['mqtt'], 'mqtt://localhost', secrets)
    expect(reasonFor(address, 'robot said Bearer TOKEN, TOKEN, KEY and PASSWORD')).toBe(
      'robot said ***, ***, *** and ***',
    )
  })

  test('that are parts of one another all go', () => {
    const address = read('mqtt://pass:password@host')
    expect(reasonFor(address, 'pass, password')).toBe('***, ***')
  })
})

describe('a reason', () => {
  test('is printable, for any message of a peer, and not long', () => {
    expect(reasonFor(place, 'red \u001b[31mtext\u0007\u202e')).toBe('red \\u001b[31mtext\\u0007\\u202e')
    expect(reasonFor(place, 'x'.repeat(1e6)).length).toBeLessThan(500)
  })

  test('is one line', () => {
    expect(reasonFor(place, new Error('first\n  second'))).toBe('first second')
    expect(reasonFor(place, 'plain')).toBe('plain')
  })

  test('of several attempts is that of the first', () => {
    const both = new AggregateError([new Error('refused by ::1'), new Error('refused by 127.0.0.1')], '')
    expect(reasonFor(place, both)).toBe('refused by ::1')
  })
})
