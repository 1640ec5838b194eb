/** `pipe`, which builds an agent from a stream and operators. */
import { pipe as piped } from 'fp-ts/lib/function.js'
import { printable } from '../edge/decode.js'

/** An operator's place in the list, and its name where it has one. */
const place = (index: number, step: { readonly name?: string }): string =>
  `operator ${index + 1}${step.name ? ` (${step.name})` : ''}`

const checked = (source: unknown, ...steps: readonly unknown[]): unknown => {
  if (typeof source === 'function') {
    throw new TypeError(
      "pipe: expected a stream first, got a function; pipe(source, operator, ...) applies operators to a source. RxJS's pipe " +
        "joins operators without one: import { pipe as joined } from 'rxjs'",
    )
  }
  if (source === undefined || source === null) {
    throw new TypeError(
      `pipe: expected a stream first, got ${source}; the timeSteps of a world are undefined until simulate was awaited: ` +
        'const world = await simulate(...)',
    )
  }
  return steps.reduce((value, step, index) => {
    if (typeof step !== 'function') {
      throw new TypeError(`pipe: operator ${index + 1}: expected a function, got ${printable(step)}`)
    }
    const next: unknown = step(value)
    if (typeof next === 'function') {
      throw new TypeError(
        `pipe: ${place(index, step)} returned a function and no stream: call it with its options, ${step.name || 'operator'}(...)`,
      )
    }
    if (next === undefined && index + 1 < steps.length) {
      throw new TypeError(`pipe: ${place(index, step)} returned undefined, expected a stream`)
    }
    return next
  }, source)
}

/**
 * Applies operators to a stream, from left to right: `pipe(source, first, second)` is `second(first(source))`.
 *
 *     pipe(world.timeSteps, transitions(), update(learner)).subscribe()
 *
 * It is fp-ts's `pipe`, with types for up to 19 operators, and checks. It is not RxJS's: `pipe(first, second)` of `rxjs` takes no
 * source and returns an operator. `source.pipe(first, second)` does the same as this one, but RxJS types it for nine operators only.
 *
 * Fails: throws a TypeError, when the pipeline is built, for a function in the place of the source, for no source, for an operator that
 * is not a function, and for an operator that was not called with its options.
 */
export const pipe = checked as typeof piped
