/** The protocol of rosbridge, version 2, as far as topics go: what comes in frames, and fragments of frames put together. */
import { textOf } from './message.js'

/** What came: a message of a topic, the server's word on something, or what is neither JSON nor whole. */
export type RosArrival =
  | { readonly kind: 'message'; readonly topic: string; readonly message: unknown }
  | { readonly kind: 'status'; readonly level: string; readonly id: string | null; readonly text: string }
  | { readonly kind: 'garbled'; readonly beginning: string; readonly expected: string }

/** Python writes numbers that JSON has no word for, bare. */
const bare = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g

/** Numbers that read as what was meant: an infinity is one again, and NaN is null as newer servers have it. */
const inJson: Readonly<Record<string, string>> = { NaN: 'null', Infinity: '1e999', '-Infinity': '-1e999' }

/** JSON, with bare NaN and infinities if there are any. Throws a SyntaxError. */
export const parseFrame = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw error
    return JSON.parse(text.replaceAll(bare, (part) => inJson[part] ?? part))
  }
}

interface Fragments {
  readonly parts: (string | undefined)[]
  readonly since: number
  missing: number
  size: number
}

/** What fragments may amount to. */
export interface FragmentBounds {
  /** Characters that the fragments of one message may have together. */
  readonly longest: number
  /** Milliseconds within which the fragments of a message come. */
  readonly patience: number
  readonly now: () => number
}

/** Messages whose fragments may be under way at a time, and fragments that a message may have. */
const [MOST_MESSAGES, MOST_FRAGMENTS] = [8, 4096]

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads frames.
 *
 * Memory: the fragments of at most 8 messages, of at most `longest` characters in all; older ones are given up for newer ones.
 */
export const frameReader = ({ longest, patience, now }: FragmentBounds) => {
  const underway = new Map<string, Fragments>()
  const garbled = (text: string, expected: string): RosArrival => ({
    kind: 'garbled',
    beginning: text.slice(0, 80),
    expected,
  })

  const gather = (frame: Readonly<Record<string, unknown>>): RosArrival | null => {
    const { id, data, num, total } = frame
    const key = String(id)
    const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)
    if (typeof data !== 'string' || !isWhole(num) || !isWhole(total) || num < 0 || num >= total) {
      return garbled(JSON.stringify(frame).slice(0, 80), 'a fragment with data, num and total')
    }
    if (total > MOST_FRAGMENTS) return garbled(data, `at most ${MOST_FRAGMENTS} fragments, got ${total}`)
    for (const [other, { since }] of underway) if (now() - since > patience) underway.delete(other)
    const known = underway.get(key)
    const fragments: Fragments =
      known?.parts.length === total ? known : { parts: new Array(total), since: now(), missing: total, size: 0 }
    underway.set(key, fragments)
    if (fragments.parts[num] === undefined) fragments.missing -= 1
    fragments.size += data.length - (fragments.parts[num]?.length ?? 0)
    fragments.parts[num] = data
    let size = 0
    for (const each of underway.values()) size += each.size
    if (fragments.size > longest) {
      underway.delete(key)
      return garbled(data, `fragments of at most ${longest} characters together`)
    }
    for (const [other, each] of underway) {
      if (size <= longest && underway.size <= MOST_MESSAGES) break
      if (other === key) continue
      size -= each.size
      underway.delete(other)
    }
    if (fragments.missing > 0) return null
    underway.delete(key)
    return read(fragments.parts.join(''), false)
  }

  const read = (frame: string | Uint8Array, mayBeFragment: boolean): RosArrival | null => {
    const text = textOf(frame)
    let input: unknown
    try {
      input = parseFrame(text)
    } catch {
      return garbled(text, 'a message of rosbridge in JSON')
    }
    if (!isRecord(input)) return garbled(text, 'an object with op')
    const { op, topic, msg, level, id } = input
    if (op === 'fragment') {
      return mayBeFragment ? gather(input) : garbled(text, 'a message whose fragments are no fragments')
    }
    if (op === 'publish' && typeof topic === 'string') return { kind: 'message', topic, message: msg }
    if (op === 'status' && typeof level === 'string') {
      return { kind: 'status', level, id: typeof id === 'string' ? id : null, text: String(msg) }
    }
    // Services and actions are not for us.
    return typeof op === 'string' ? null : garbled(text, 'an object with op')
  }
  return (frame: string | Uint8Array): RosArrival | null => read(frame, true)
}
