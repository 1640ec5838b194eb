/** The protocol of rosbridge, version 2, for topics: reads frames, and joins fragments. */
import { textOf } from './message.js'

/** What a frame holds: a message of a topic, a status that the server reports, or something that is not a whole frame of JSON. */
export type RosArrival =
  | { readonly kind: 'message'; readonly topic: string; readonly message: unknown }
  | { readonly kind: 'status'; readonly level: string; readonly id: string | null; readonly text: string }
  | { readonly kind: 'garbled'; readonly beginning: string; readonly expected: string }

/** The numbers that Python writes although JSON cannot express them; and strings, which may contain the same words. */
const bareNumbers = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g

/** JSON for these numbers: `1e999` is read as infinity, and NaN becomes null as newer servers write it. */
const jsonNumbers: Readonly<Record<string, string>> = { NaN: 'null', Infinity: '1e999', '-Infinity': '-1e999' }

/** Reads JSON that may contain NaN and infinities. Throws a SyntaxError. */
export const parseFrame = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw error
    return JSON.parse(text.replaceAll(bareNumbers, (part) => jsonNumbers[part] ?? part))
  }
}

interface Fragments {
  readonly parts: (string | undefined)[]
  readonly since: number
  missing: number
  size: number
}

/** Bounds on fragments. */
export interface FragmentBounds {
  /** The most characters of all fragments of one message. */
  readonly longest: number
  /** Milliseconds within which all fragments of a message must arrive. */
  readonly patience: number
  readonly now: () => number
}

/** The most incomplete messages at a time, and the most fragments of a message. */
const [MOST_MESSAGES, MOST_FRAGMENTS] = [8, 4096]

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Makes a reader of frames.
 *
 * Memory: the fragments of at most 8 messages, at most `longest` characters in all; fragments of newer messages replace older ones.
 */
export const frameReader = ({ longest, patience, now }: FragmentBounds) => {
  const incomplete = new Map<string, Fragments>()
  const garbled = (text: string, expected: string): RosArrival => ({
    kind: 'garbled',
    beginning: text.slice(0, 80),
    expected,
  })

  const addFragment = (frame: Readonly<Record<string, unknown>>): RosArrival | null => {
    const { id, data, num, total } = frame
    const key = String(id)
    const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)
    if (typeof data !== 'string' || !isWhole(num) || !isWhole(total) || num < 0 || num >= total) {
      return garbled(JSON.stringify(frame).slice(0, 80), 'a fragment with data, num and total')
    }
    if (total > MOST_FRAGMENTS) return garbled(data, `at most ${MOST_FRAGMENTS} fragments, got ${total}`)
    for (const [other, { since }] of incomplete) if (now() - since > patience) incomplete.delete(other)
    const known = incomplete.get(key)
    const fragments: Fragments =
      known?.parts.length === total ? known : { parts: new Array(total), since: now(), missing: total, size: 0 }
    incomplete.set(key, fragments)
    if (fragments.parts[num] === undefined) fragments.missing -= 1
    fragments.size += data.length - (fragments.parts[num]?.length ?? 0)
    fragments.parts[num] = data
    let size = 0
    for (const each of incomplete.values()) size += each.size
    if (fragments.size > longest) {
      incomplete.delete(key)
      return garbled(data, `fragments of at most ${longest} characters together`)
    }
    for (const [other, each] of incomplete) {
      if (size <= longest && incomplete.size <= MOST_MESSAGES) break
      if (other === key) continue
      size -= each.size
      incomplete.delete(other)
    }
    if (fragments.missing > 0) return null
    incomplete.delete(key)
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
      return mayBeFragment ? addFragment(input) : garbled(text, 'a message whose fragments do not make a fragment')
    }
    if (op === 'publish' && typeof topic === 'string') return { kind: 'message', topic, message: msg }
    if (op === 'status' && typeof level === 'string') {
      return { kind: 'status', level, id: typeof id === 'string' ? id : null, text: String(msg) }
    }
    // Operations of services and actions are ignored.
    return typeof op === 'string' ? null : garbled(text, 'an object with op')
  }
  return (frame: string | Uint8Array): RosArrival | null => read(frame, true)
}
