/** A timer-paced driver with one flaw of your choice, and none by default. */
import { interval, Observable, type SchedulerLike, type Subscriber, type Subscription } from 'rxjs'
import type { Driver, SampledAction, StepKind, TimeStep, Vector } from '../../src/types.js'

/** Each flaw and the one rule that it breaks. */
export const flaws = {
  'has no names': 'has names, bounds and units for every component',
  'emits while being subscribed to': 'emits nothing while it is being subscribed to',
  'opens with a mid step': 'begins with a first step, without reward and previous action',
  'rewards a first step': 'begins with a first step, without reward and previous action',
  'shows an action before a first step': 'begins with a first step, without reward and previous action',
  'opens an ended episode': 'begins with a first step, without reward and previous action',
  'skips an index between episodes': 'increases the index by one at each step',
  'sets its clock back': 'has times that never decrease',
  'shows too much': 'has finite numbers, as many as its spec says',
  'shows NaN': 'has finite numbers, as many as its spec says',
  'rewards with infinity': 'has finite numbers, as many as its spec says',
  'shows one array again and again': 'makes a new array for each observation',
  'shows views of one buffer': 'makes a new array for each observation',
  'shows a few arrays in turn': 'makes a new array for each observation',
  'shows the beginnings of episodes in one array': 'makes a new array for each observation',
  'calls the end mid': 'has kind last exactly at the end of an episode',
  'calls last what has not ended': 'has kind last exactly at the end of an episode',
  'goes on beyond its step limit': 'ends an episode within the step limit of its spec',
  'has no step limit': 'ends an episode within the step limit of its spec',
  'begins by itself': 'follows an action with a mid or last step',
  'copies the decision': 'returns the same decision object as previousAction',
  'writes to its commands': 'does not write to commands and decisions',
  'goes on after begin': 'begins an episode on begin, in the middle of another',
  'goes on after the last step': 'begins an episode after a last step',
  'goes on without an answer': 'waits for the answer to each step',
  'sleeps through late answers': 'goes on after a late answer',
  'emits from within act': 'emits nothing within a call of act or begin',
  'emits from within begin': 'emits nothing within a call of act or begin',
  'takes a second answer': 'refuses a second answer, naming its step and the next one',
  'refuses a second answer without a word': 'refuses a second answer, naming its step and the next one',
  'takes a stale answer': 'refuses a stale answer, naming its step and the one that waits',
  'refuses a stale answer without a word': 'refuses a stale answer, naming its step and the one that waits',
  'takes answers at rest': 'refuses an answer without a subscriber',
  'takes the pending step after it was unsubscribed':
    'takes no step between two subscriptions, and continues the index',
  'counts each subscription from 0': 'takes no step between two subscriptions, and continues the index',
  'goes on in the episode of the subscription before': 'begins an episode for a later subscription',
  'takes the answer left behind': 'does not execute an answer that an earlier subscription left',
  'serves the latest subscriber': 'refuses a second subscriber with advice of share(), and serves the first',
  'turns a second subscriber away without advice':
    'refuses a second subscriber with advice of share(), and serves the first',
  'drops the first subscriber for a second': 'refuses a second subscriber with advice of share(), and serves the first',
  'stops without completing': 'completes a running subscription when stopped',
  'never resolves a stop': 'completes a running subscription when stopped',
  'rejects a stop at rest': 'can be stopped repeatedly',
  'stops for good': 'can be subscribed to again after a stop',
  'closes without completing': 'completes a running subscription when closed',
  'fails to close twice': 'can be closed repeatedly',
  'serves after close': 'fails a subscription after it was closed',
} as const

export type Flaw = keyof typeof flaws

const beat = 100
const episodeLength = 5

const described = (kind: string, size: number, bound: number) => ({
  size,
  low: new Array<number>(size).fill(-bound),
  high: new Array<number>(size).fill(bound),
  names: Array.from({ length: size }, (_, i) => `${kind}${i}`),
  units: new Array<string>(size).fill('1'),
})

/** `open` is called by a subscription. */
type Answer = SampledAction | 'open' | 'begin'

/** One subscription being served. */
interface Run {
  readonly subscriber: Subscriber<TimeStep>
  beating: Subscription | null
}

/** A driver that looks at its world every 100 ms, whatever the agent does. */
export const flawedDriver = (scheduler: SchedulerLike, flaw: Flaw | null = null): Driver => {
  const observation = described('sensor', 2, Infinity)
  const buffer = new Float64Array(2)
  const ring = Array.from({ length: 5 }, () => new Float64Array(2))
  let run: Run | null = null
  let answer: Answer | null = null
  let leftBehind: SampledAction | null = null
  let [index, beats, age, waited] = [0, 0, 0, 0]
  let [closed, stopped, ended] = [false, false, false]

  const release = (): Run | null => {
    const released = run
    run = null
    released?.beating?.unsubscribe()
    if (flaw === 'takes the pending step after it was unsubscribed' && answer !== null) index += 1
    if (flaw === 'takes the answer left behind' && typeof answer === 'object') leftBehind = answer
    answer = null
    return released
  }

  const look = (size: number): Vector => {
    const values = Array.from({ length: size }, (_, i) => 100 * i + index)
    if (flaw === 'shows one array again and again' || flaw === 'shows views of one buffer') {
      buffer.set(values)
      return flaw === 'shows views of one buffer' ? buffer.subarray() : buffer
    }
    if (
      flaw === 'shows a few arrays in turn' ||
      (flaw === 'shows the beginnings of episodes in one array' && age === 0)
    ) {
      const shown = flaw === 'shows a few arrays in turn' ? ring[index % ring.length] : ring[0]
      shown.set(values)
      return shown
    }
    if (flaw === 'shows NaN' && age === 2) values[1] = NaN
    return values
  }

  const emit = (kind: StepKind, previousAction: SampledAction | null): void => {
    const first = kind === 'first'
    const terminated = kind === 'last' && flaw !== 'calls last what has not ended'
    const step: TimeStep = {
      kind: kind === 'last' && flaw === 'calls the end mid' ? 'mid' : kind,
      observation: look(flaw === 'shows too much' ? 3 : 2),
      reward: first ? (flaw === 'rewards a first step' ? 1 : 0) : flaw === 'rewards with infinity' ? Infinity : age,
      terminated: terminated || (first && flaw === 'opens an ended episode'),
      truncated: false,
      previousAction: first && flaw === 'shows an action before a first step' ? { action: [0] } : previousAction,
      index,
      time: (beats * beat) / 1000,
    }
    ended = kind === 'last'
    answer = null
    waited = 0
    index += 1
    run?.subscriber.next(step)
  }

  const take = (taken: Answer): void => {
    if (typeof taken === 'object') {
      age += 1
      if (flaw === 'begins by itself' && age === 2) return take('open')
      return emit(age === episodeLength ? 'last' : 'mid', flaw === 'copies the decision' ? { ...taken } : taken)
    }
    const goesOn =
      taken === 'begin'
        ? flaw === (ended ? 'goes on after the last step' : 'goes on after begin')
        : index === 0
          ? flaw === 'opens with a mid step'
          : flaw === 'goes on in the episode of the subscription before'
    if (!goesOn || ended) age = 0
    if (taken === 'begin' && flaw === 'skips an index between episodes') index += 1
    emit(goesOn ? 'mid' : 'first', null)
  }

  const onBeat = (): void => {
    beats += 1
    if (answer !== null) return take(answer)
    waited += 1
    if (flaw === 'sleeps through late answers') run?.beating?.unsubscribe()
    if (waited !== 3) return
    if (flaw === 'goes on without an answer') emit('mid', null)
    if (leftBehind !== null) emit('mid', leftBehind)
    leftBehind = null
  }

  const refuse = (given: number): void => {
    const next = answer === null ? index - 1 : index
    if (run === null) {
      if (flaw === 'takes answers at rest') return
      throw new Error(`there is no subscriber, but step ${given} was answered`)
    }
    if (given === next) return
    const kind = answer === null ? 'stale' : 'second'
    if (flaw === `takes a ${kind} answer`) return
    const silent = flaw === `refuses a ${kind} answer without a word`
    throw new Error(silent ? 'refused' : `step ${given} was answered, expected an answer to ${next}`)
  }

  const note = (given: number, taken: Answer, flawed: Flaw): void => {
    refuse(given)
    answer = taken
    if (flaw === flawed) take(taken)
  }

  const timeSteps = new Observable<TimeStep>((subscriber) => {
    if (closed && flaw !== 'serves after close') return subscriber.error(new Error('closed'))
    if (stopped && flaw === 'stops for good') return subscriber.error(new Error('stopped'))
    if (run !== null && flaw === 'turns a second subscriber away without advice') {
      return subscriber.error(new Error('taken'))
    }
    if (run !== null && flaw !== 'serves the latest subscriber') {
      if (flaw === 'drops the first subscriber for a second') release()
      return subscriber.error(new Error('taken; use share()'))
    }
    if (flaw === 'counts each subscription from 0') index = 0
    if (flaw === 'sets its clock back') beats = 0
    const present: Run = { subscriber, beating: null }
    run = present
    answer = 'open'
    present.beating = interval(beat, scheduler).subscribe(onBeat)
    if (flaw === 'emits while being subscribed to') take('open')
    return () => {
      if (run === present) release()
    }
  })

  return {
    spec: {
      name: 'Flawed',
      observation: flaw === 'has no names' ? { ...observation, names: [] } : observation,
      action: described('motor', 1, 1),
      stepSeconds: beat / 1000,
      stepLimit: flaw === 'goes on beyond its step limit' ? 3 : flaw === 'has no step limit' ? 0 : Infinity,
    },
    timeSteps,
    act: (command, given, sampled) => {
      if (flaw === 'writes to its commands') (command as Float64Array)[0] += 1
      note(given, sampled, 'emits from within act')
    },
    begin: (given) => note(given, 'begin', 'emits from within begin'),
    stop: async () => {
      if (run === null && stopped && flaw === 'rejects a stop at rest') throw new Error('stopped already')
      const inMidStep = answer !== null && run !== null
      stopped = true
      const released = release()
      if (flaw !== 'stops without completing') released?.subscriber.complete()
      if (flaw === 'never resolves a stop' && inMidStep) await new Promise(() => {})
    },
    close: () => {
      if (closed && flaw === 'fails to close twice') throw new Error('closed already')
      closed = true
      const released = release()
      if (flaw !== 'closes without completing') released?.subscriber.complete()
    },
  }
}
