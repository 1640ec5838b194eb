import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../src/dashboard/refusal.js'

const known = { paths: ['/', '/events'], has: (url: string) => url === '/' || url === '/events' }
const own = { method: 'GET', url: '/events', headers: { host: '127.0.0.1:8080' } }
const status = (
  changes: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): number | null =>
  refusalOf({ ...own, ...changes, headers: { ...own.headers, ...headers } }, 8080, known)?.status ?? null

describe('answered', () => {
  test.each([
    ['the page', { url: '/' }, {}],
    ['its events', {}, {}],
    ['by the name of the machine', {}, { host: 'LocalHost:8080' }],
    ['of its own origin', {}, { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }],
    ['typed into the browser', { url: '/' }, { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
    [
      'by a link from elsewhere to the page',
      { url: '/' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    ],
  ])('%s', (_, changes, headers) => expect(status(changes, headers as Record<string, string>)).toBeNull())
})

describe('refused', () => {
  test.each([
    ['a foreign host', {}, { host: 'evil.example:8080' }, 403],
    ['a host that begins alike', {}, { host: '127.0.0.1.evil.example:8080' }, 403],
    ['another port', {}, { host: '127.0.0.1:8081' }, 403],
    ['no port', {}, { host: '127.0.0.1' }, 403],
    ['a foreign origin', {}, { origin: 'http://evil.example' }, 403],
    ['an origin on another port', {}, { origin: 'http://127.0.0.1:3000' }, 403],
    ['an origin of another protocol', {}, { origin: 'https://127.0.0.1:8080' }, 403],
    ['a hidden origin', {}, { origin: 'null' }, 403],
    ['an image of a foreign page', {}, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['a script of another port', {}, { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
    ['events in a frame of a foreign page', {}, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 403],
    ['another method', { method: 'POST' }, {}, 405],
    ['another path', { url: '/secret' }, {}, 404],
    ['a path with a query', { url: '/events?a=1' }, {}, 404],
  ])('%s', (_, changes, headers, expected) => {
    expect(status(changes, headers as Record<string, string>)).toBe(expected)
  })

  test('a request without a host', () => expect(refusalOf({ ...own, headers: {} }, 8080, known)?.status).toBe(403))
})

test('on port 80, whose number browsers leave out, the name alone is the host', () => {
  const headers = { host: 'localhost', origin: 'http://localhost' }
  expect(refusalOf({ ...own, headers }, 80, known)).toBeNull()
})
