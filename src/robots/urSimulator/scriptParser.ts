/** Reads the lines of URScript that move a simulated arm. */
import { MOST_ACCELERATION } from '../ur/script.js'
import type { Motion } from '../armSimulator/jointPlan.js'

/** A line: a motion, the unlocking of a protective stop, or why it is refused. */
export type ScriptLine =
  | { readonly kind: 'motion'; readonly motion: Motion }
  | { readonly kind: 'unlock' }
  | { readonly kind: 'refused'; readonly why: string }

/** The arguments of each command after its joints, in their order, with their defaults. */
const parameters = {
  speedj: { a: 1.4, t: null },
  servoj: { a: 0, v: 0, t: 0.008, lookahead_time: 0.1, gain: 300 },
  stopj: { a: null },
  movej: { a: 1.4, v: 1.05, t: 0, r: 0 },
} as const

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

const refused = (why: string): ScriptLine => ({ kind: 'refused', why })

const readArguments = (
  text: string,
  defaults: Readonly<Record<string, number | null>>,
): Readonly<Record<string, number | null>> | string => {
  const values: Record<string, number | null> = { ...defaults }
  const names = Object.keys(defaults)
  const words = text.trim() === '' ? [] : text.split(',')
  for (const [i, word] of words.entries()) {
    const [value, name = names[i]] = word
      .split('=')
      .map((part) => part.trim())
      .toReversed()
    if (name === undefined || !Object.hasOwn(defaults, name)) return `unexpected argument ${word.trim()}`
    if (!number.test(value)) return `${name}: expected a number, got ${value}`
    values[name] = Number(value)
  }
  return values
}

/** Reads a line; never throws. */
export const parseScript = (line: string): ScriptLine => {
  const text = line.trim()
  if (text === 'set unlock protective stop') return { kind: 'unlock' }
  const match = /^(speedj|servoj|stopj|movej)\(\s*(?:\[([^\]]*)\]\s*,?)?([^[\]]*)\)$/.exec(text)
  if (match === null) return refused(`not understood: ${text.slice(0, 80)}`)
  const name = match[1] as keyof typeof parameters
  const values = readArguments(match[3], parameters[name])
  if (typeof values === 'string') return refused(`${name}: ${values}`)
  const { a, v, t, lookahead_time: lookahead } = values
  const isAcceleration = (value: number | null | undefined): value is number =>
    typeof value === 'number' && value > 0 && value <= MOST_ACCELERATION
  if (name === 'stopj') {
    if (!isAcceleration(a)) return refused(`stopj: a: expected 0 to ${MOST_ACCELERATION}, got ${a}`)
    return { kind: 'motion', motion: { kind: 'stopj', acceleration: a } }
  }
  const words = (match[2] ?? '').split(',').map((word) => word.trim())
  if (words.length !== 6 || !words.every((word) => number.test(word))) {
    return refused(`${name}: expected six numbers, got [${(match[2] ?? '').slice(0, 80)}]`)
  }
  const joints = words.map(Number)
  if (name === 'servoj') {
    return { kind: 'motion', motion: { kind: 'servoj', angles: joints, time: t ?? 0.008, lookahead: lookahead ?? 0.1 } }
  }
  if (!isAcceleration(a)) return refused(`${name}: a: expected 0 to ${MOST_ACCELERATION}, got ${a}`)
  if (name === 'speedj')
    return { kind: 'motion', motion: { kind: 'speedj', speeds: joints, acceleration: a, time: t ?? null } }
  if (!((v ?? 0) > 0)) return refused(`movej: v: expected a speed above 0, got ${v}`)
  return {
    kind: 'motion',
    motion: { kind: 'movej', angles: joints, acceleration: a, speed: v ?? 0, time: t ?? 0 },
  }
}
