/** A cart on a rail with one flaw of your choice, and none by default. */
import { seeded } from '../../src/random.js'
import type { SavableSimulator, Simulator, SimulatorStep, Vector } from '../../src/types.js'

/** Each flaw and the one rule that it breaks. */
export const flaws = {
  'has no names': 'has a spec with names, units and bounds for every component',
  'has its bounds crossed': 'has a spec with names, units and bounds for every component',
  'takes no time': 'has a spec with names, units and bounds for every component',
  'has a step limit of zero': 'has a spec with names, units and bounds for every component',
  'shows too much': 'returns the fields of a step, with observations of the size in its spec',
  'shows a number alone': 'returns the fields of a step, with observations of the size in its spec',
  'shows too little at reset': 'returns the fields of a step, with observations of the size in its spec',
  'has no info': 'returns the fields of a step, with observations of the size in its spec',
  'has no reward': 'returns the fields of a step, with observations of the size in its spec',
  'has done in the place of two flags': 'returns the fields of a step, with observations of the size in its spec',
  'shows NaN': 'has finite observations and rewards',
  'rewards with infinity': 'has finite observations and rewards',
  'leaves its bounds': 'keeps observations within the bounds of its spec',
  'shows one array again and again': 'makes a new array for each observation',
  'shows views of one buffer': 'makes a new array for each observation',
  'shows a few arrays in turn': 'makes a new array for each observation',
  'steps before a reset': 'refuses a step before the first reset',
  'ignores the seed': 'repeats an episode for the same seed, whatever came before',
  'goes on from where it was': 'repeats an episode for the same seed, whatever came before',
  'remembers steps after the end': 'repeats an episode for the same seed, whatever came before',
  'steps with unseeded numbers': 'repeats an episode for the same seed, whatever came before',
  'keeps its speed in its module': 'shares no state with another simulator of its factory',
  'never keeps its step limit': 'ends an episode within the step limit of its spec',
  'ends a step late': 'ends an episode within the step limit of its spec',
  'begins by itself after the end': 'refuses steps after the end of an episode, or remains in it',
  'goes on after the end': 'refuses steps after the end of an episode, or remains in it',
  'fails to close twice': 'can be closed repeatedly, and refuses all calls afterwards',
  'steps after close': 'can be closed repeatedly, and refuses all calls afterwards',
  'is reset after close': 'can be closed repeatedly, and refuses all calls afterwards',
  'cannot restore': 'has both snapshot and restore, or neither',
  'saves a function': 'has snapshots of plain data',
  'lends its state as a snapshot': 'leaves a snapshot unchanged, while it steps on and after it is restored',
  'adopts the snapshot that it restores': 'leaves a snapshot unchanged, while it steps on and after it is restored',
  'leaves the speed out of a snapshot': 'continues from a snapshot, in another simulator too',
  'leaves the steps out of a snapshot': 'continues from a snapshot, in another simulator too',
  'leaves the random numbers out of a snapshot': 'continues from a snapshot, in another simulator too',
  'restores itself alone': 'continues from a snapshot, in another simulator too',
} as const

export type Flaw = keyof typeof flaws

interface State {
  /** Position and speed. */
  moving: number[]
  elapsed: number
  random: readonly number[]
}

const LIMIT = 20
/** What a module keeps and should not. */
let sharedSpeed = 0
/** Numbers that no seed determines, and that a test can repeat. */
const unseeded = seeded(99)('unseeded')
let latestId = 0

export const flawedSimulator = (flaw: Flaw | null = null): Simulator => {
  const id = ++latestId
  let random = seeded(1)('environment')
  let state: State | null = null
  let closed = false
  let beyond = 0
  let count = 0
  const buffer = new Float64Array(2)
  const ring = Array.from({ length: 5 }, () => new Float64Array(2))
  const vector = (size: number, names: readonly string[], bound: number) => ({
    size,
    low: new Array<number>(size).fill(flaw === 'has its bounds crossed' && size === 1 ? bound + 1 : -bound),
    high: new Array<number>(size).fill(bound),
    names,
    units: new Array<string>(size).fill('1'),
  })

  const observe = (): Vector => {
    const [position, speed] = state!.moving
    const place = flaw === 'leaves its bounds' && state!.elapsed === 3 ? 200 : position
    const shownSpeed = flaw === 'shows NaN' && state!.elapsed === 4 ? NaN : speed
    count += 1
    const store =
      flaw === 'shows one array again and again'
        ? buffer
        : flaw === 'shows views of one buffer'
          ? buffer.subarray()
          : flaw === 'shows a few arrays in turn'
            ? ring[count % ring.length]
            : new Float64Array(2)
    store.set([place, shownSpeed])
    if (flaw === 'shows too much') return [...store, 0]
    if (flaw === 'shows a number alone') return place as unknown as Vector
    if (flaw === 'shows too little at reset' && state!.elapsed === 0) return [place]
    return store
  }

  const start = (): void => {
    const kept = flaw === 'goes on from where it was' && state !== null ? state.moving[1] : 0
    state = {
      moving: [random.uniform() - 0.5 + (flaw === 'remembers steps after the end' ? beyond : 0), kept],
      elapsed: 0,
      random: [],
    }
    sharedSpeed = 0
  }

  const move = (force: number): void => {
    const moving = state!.moving
    const speed = flaw === 'keeps its speed in its module' ? sharedSpeed : moving[1]
    const noise = flaw === 'steps with unseeded numbers' ? unseeded.uniform() : 0
    moving[1] = 0.9 * speed + 0.1 * force + 0.01 * random.uniform() + noise
    sharedSpeed = moving[1]
    moving[0] += 0.1 * moving[1]
    state!.elapsed += 1
  }

  const step = (action: Vector): SimulatorStep => {
    if (closed && flaw !== 'steps after close') throw new Error('closed')
    if (state === null) {
      if (flaw !== 'steps before a reset') throw new Error('not reset')
      start()
    }
    const limit = flaw === 'ends a step late' ? LIMIT + 1 : LIMIT
    if (state!.elapsed >= limit && flaw !== 'never keeps its step limit') {
      beyond += 1
      if (flaw === 'begins by itself after the end') start()
      else if (flaw !== 'goes on after the end') throw new Error('over')
    }
    move(action[0])
    const result = {
      observation: observe(),
      reward: flaw === 'rewards with infinity' && state!.elapsed === 2 ? -Infinity : -Math.abs(state!.moving[0]),
      terminated: false,
      truncated: state!.elapsed === limit && flaw !== 'never keeps its step limit',
      info: {},
    }
    if (flaw === 'has no info') return { ...result, info: undefined as never }
    if (flaw === 'has no reward') return { ...result, reward: undefined as never }
    // The flag `truncated` stays, so that no other rule misses the end.
    if (flaw === 'has done in the place of two flags') return { ...result, terminated: undefined as never }
    return result
  }

  const restore = (given: unknown): void => {
    const saved = given as State & { readonly id: number }
    const adopted = flaw === 'adopts the snapshot that it restores'
    if (flaw === 'restores itself alone' && saved.id !== id) return
    state = {
      moving: adopted ? saved.moving : [...saved.moving],
      elapsed: saved.elapsed,
      random: [],
    }
    sharedSpeed = state.moving[1]
    if (flaw === 'leaves the speed out of a snapshot') state.moving[1] = 0
    if (flaw === 'leaves the steps out of a snapshot') state.elapsed = 0
    if (flaw !== 'leaves the random numbers out of a snapshot') random.restore([...saved.random] as never)
  }

  const simulator: SavableSimulator = {
    spec: {
      name: 'Flawed',
      observation: vector(2, ['position', 'speed'], 100),
      action: vector(1, flaw === 'has no names' ? [] : ['force'], 1),
      stepSeconds: flaw === 'takes no time' ? 0 : 0.1,
      stepLimit: flaw === 'has a step limit of zero' ? 0 : LIMIT,
    },
    reset: (seed) => {
      if (closed && flaw !== 'is reset after close') throw new Error('closed')
      if (seed !== undefined && flaw !== 'ignores the seed') random = seeded(seed)('environment')
      start()
      return { observation: observe(), info: {} }
    },
    step,
    snapshot: () => ({
      moving: flaw === 'lends its state as a snapshot' ? state!.moving : [...state!.moving],
      elapsed: state!.elapsed,
      random: random.snapshot(),
      ...(flaw === 'saves a function' && { random: Object.assign(random.snapshot().slice(), { step }) }),
      id: flaw === 'restores itself alone' ? id : 0,
    }),
    restore,
    close: () => {
      if (closed && flaw === 'fails to close twice') throw new Error('closed already')
      closed = true
    },
  }
  if (flaw !== 'cannot restore') return simulator
  const { restore: _left, ...rest } = simulator
  return rest
}
