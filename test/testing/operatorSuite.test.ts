import {
  EMPTY,
  Observable,
  catchError,
  concat,
  concatMap,
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  takeUntil,
  takeWhile,
  tap,
  throwError,
  throwIfEmpty,
  timer,
} from 'rxjs'
import { describe, expect, test } from 'vitest'
import type { Operator, OperatorSuiteOptions } from '../../src/testing/operatorRun.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import type { TimeStep } from '../../src/types.js'

type Suite = OperatorSuiteOptions<TimeStep>

const sound: Suite = {
  make: () => map((step: TimeStep) => ({ ...step, seen: true })),
  throwing: (fail) => map((step: TimeStep) => (step.kind === 'mid' ? fail() : step)),
}

/** For each rule, operators that break it and no other. */
const broken: Readonly<Record<string, Readonly<Record<string, Suite>>>> = {
  never: {
    'gives up waiting': { make: () => (source) => takeUntil(timer(1000))(source) },
  },
  empty: {
    'takes emptiness for a failure': { make: () => (source) => throwIfEmpty()(source) },
  },
  one: {
    'needs two': {
      make: () => (source) =>
        defer(() => {
          let seen = 0
          const counted = tap(() => void seen++)(source)
          return concat(
            counted,
            defer(() => (seen === 1 ? throwError(() => new Error('one is too few')) : EMPTY)),
          )
        }),
    },
  },
  many: {
    'tires after six': { make: () => (source) => filter((_, position) => position < 6)(source) },
  },
  error: {
    'completes instead': { make: () => (source) => catchError(() => EMPTY)(source) },
    'tells of another error': {
      make: () => (source) => catchError(() => throwError(() => new Error('something went wrong')))(source),
    },
  },
  endless: {
    'learns of its source only after everything that it says at once': {
      make: () => (source) =>
        new Observable((subscriber) =>
          source.subscribe({
            next: (step) => subscriber.next(step),
            error: (error: unknown) => subscriber.error(error),
            complete: () => subscriber.complete(),
          }),
        ),
    },
  },
  unsubscribe: {
    'notices with the next step that nobody listens': {
      make: () => (source) =>
        new Observable((subscriber) => {
          takeWhile(() => !subscriber.closed)(source).subscribe({
            next: (step) => subscriber.next(step),
            error: (error: unknown) => subscriber.error(error),
            complete: () => subscriber.complete(),
          })
        }),
    },
  },
  once: {
    'subscribes a second time for the end': { make: () => (source) => merge(source, ignoreElements()(source)) },
  },
  frame: {
    'holds each step back until the next one has come': {
      make: () => (source) =>
        defer(() => {
          let held: readonly TimeStep[] = []
          const behind = concatMap((step: TimeStep) => {
            const before = held
            held = [step]
            return before
          })(source)
          const rest = defer(() => held)
          return catchError((error: unknown) =>
            concat(
              rest,
              throwError(() => error),
            ),
          )(concat(behind, rest))
        }),
    },
  },
  immutable: {
    'writes to the record': {
      make: () => map((step: TimeStep) => Object.assign(step, { reward: 0 })),
    },
    'writes to an array, frozen or not': {
      make: () => map((step: TimeStep) => ({ ...step, observation: (step.observation as number[]).fill(0) })),
    },
    'writes to typed arrays only': {
      make: () =>
        map((step: TimeStep) => (step.observation instanceof Float64Array && step.observation.fill(0), { ...step })),
    },
  },
  memory: {
    'counts from the call on, and from each end': {
      make: () => {
        let count = 0
        return map((step: TimeStep) => {
          const seen = count
          count = step.kind === 'last' ? 0 : count + 1
          return { ...step, seen }
        })
      },
    },
    'remembers the step before, from the call on': {
      make: () => {
        let previous: TimeStep | null = null
        return map((step: TimeStep) => {
          const before = step.kind === 'first' ? null : previous
          previous = step
          return { ...step, before }
        })
      },
    },
  },
  episode: {
    'remembers the step before, over the end of an episode': {
      make: () => (source) =>
        defer(() => {
          let previous: TimeStep | null = null
          return map((step: TimeStep) => {
            const before = previous
            previous = step
            return { ...step, before }
          })(source)
        }),
    },
  },
  field: {
    'builds its own records': {
      make: () =>
        map(({ kind, observation, reward, terminated, truncated, previousAction, index, time }: TimeStep) => {
          return { kind, observation, reward, terminated, truncated, previousAction, index, time }
        }),
    },
  },
  callback: {
    'swallows what is thrown': {
      ...sound,
      throwing: (fail) =>
        map((step: TimeStep) => {
          try {
            return fail()
          } catch {
            return step
          }
        }),
    },
    'throws something else': {
      ...sound,
      throwing: (fail) =>
        map(() => {
          try {
            return fail()
          } catch {
            throw new Error('something went wrong')
          }
        }),
    },
    'never calls back': { ...sound, throwing: () => map((step: TimeStep) => step) },
  },
}

const caseOf = (name: string): string => name.split(':')[0]

const breaches = async (options: Suite): Promise<readonly { readonly rule: string; readonly error: Error }[]> => {
  const found: { rule: string; error: Error }[] = []
  for (const { name, run } of operatorSuite(options)) {
    await run().catch((error: unknown) => found.push({ rule: caseOf(name), error: error as Error }))
  }
  return found
}

describe('a sound operator keeps the rule', () => {
  for (const { name, run } of operatorSuite(sound)) test(name, run)
})

for (const [rule, operators] of Object.entries(broken)) {
  for (const [fault, options] of Object.entries(operators)) {
    test(`an operator that ${fault} breaks the rule "${rule}", and no other`, async () => {
      expect((await breaches(options)).map((breach) => breach.rule)).toEqual([rule])
    })
  }
}

test('every rule has an operator that breaks it', () => {
  expect(Object.keys(broken).toSorted()).toEqual(
    operatorSuite(sound)
      .map(({ name }) => caseOf(name))
      .toSorted(),
  )
})

test('a breach prints its timelines one above the other', async () => {
  const [{ error }] = await breaches(broken['frame']['holds each step back until the next one has come'])
  expect(error.message.split('\n')).toEqual([
    'it should emit this in these frames',
    '  source    -a---b-t-----a-b|',
    '  expected  -a---b-t-----a-b|',
    '  actual    -----a-b-----t-a(b|)',
    '             ^',
  ])
})

describe('what the options say leaves a rule out or changes it', () => {
  const names = (options: Suite) => operatorSuite(options).map(({ name }) => caseOf(name))
  const everything = names(sound)

  test('memory handed in is shared on purpose', () => {
    expect(names({ ...sound, memory: 'caller' })).toEqual(everything.filter((name) => name !== 'memory'))
  })
  test('memory of a whole run notices the end of an episode', () => {
    expect(names({ ...sound, memory: 'run' })).toEqual(everything.filter((name) => name !== 'episode'))
  })
  test('values that are not records keep no fields', () => {
    expect(names({ ...sound, passes: false })).toEqual(everything.filter((name) => name !== 'field'))
  })
  test('without a callback nothing is thrown', () => {
    expect(names({ make: sound.make })).toEqual(everything.filter((name) => name !== 'callback'))
  })
  test('a sound operator that speaks at ends only keeps the rules', async () => {
    const make = (): Operator<TimeStep> => (source) =>
      map(() => 'an end')(filter((step: TimeStep) => step.kind === 'last')(source))
    expect(await breaches({ make, passes: false, emits: (step) => step.kind === 'last' })).toEqual([])
  })
})
