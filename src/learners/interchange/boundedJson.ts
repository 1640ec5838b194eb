/** Parses JSON of untrusted files: length and depth are checked before it is parsed, and no key may stand twice. */
import { type Either, right } from 'fp-ts/lib/Either.js'
import { type Failure, printable } from '../../edge/decode.js'
import { MOST_JSON_BYTES, MOST_LEVELS } from './bounds.js'
import { refuse } from './refusal.js'

/** The index behind a string that begins at `at`. */
const stringEnd = (text: string, at: number): number => {
  let i = at + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i + 1
}

/** The deepest level of objects and lists. */
const levelsOf = (text: string): number => {
  let level = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '"') i = stringEnd(text, i) - 1
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++level)
    else if (character === '}' || character === ']') level--
  }
  return deepest
}

/** The first key that an object of a valid text has twice; of the two, `JSON.parse` would drop one. */
const duplicateKey = (text: string): string | null => {
  const open: (Set<string> | null)[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(null)
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
      const end = stringEnd(text, i)
      const keys = open[open.length - 1]
      let after = end
      while (' \t\r\n'.includes(text[after] ?? '-')) after++
      if (keys instanceof Set && text[after] === ':') {
        const key = JSON.parse(text.slice(i, end)) as string
        if (keys.has(key)) return key
        keys.add(key)
      }
      i = end - 1
    }
  }
  return null
}

/**
 * Parses the JSON of a file.
 *
 * Fails: one failure, on `path`, for a text that is too long, too deep or not JSON in UTF-8, and for a key that stands twice in one
 * object.
 */
export const parseBounded = (path: string, bytes: Uint8Array): Either<readonly Failure[], unknown> => {
  if (bytes.length > MOST_JSON_BYTES) return refuse(path, `at most ${MOST_JSON_BYTES} bytes`, `${bytes.length}`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse(path, 'JSON in UTF-8', 'other bytes')
  }
  const levels = levelsOf(text)
  if (levels > MOST_LEVELS) return refuse(path, `JSON of at most ${MOST_LEVELS} levels`, `${levels}`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse(path, 'JSON', 'something else')
  }
  const twice = duplicateKey(text)
  return twice === null ? right(value) : refuse(path, 'every key once', `${printable(twice)} twice`)
}
