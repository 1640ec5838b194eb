/** Places that one connection of this process can have at a time, such as a serial port. */
import { Observable } from 'rxjs'
import { SensorError } from '../failure.js'

/** A place that is held. */
export interface Holding {
  /** The holder is about to leave: who wants the place next waits for it, and is not refused. */
  leave(): void
  /** The place is free. */
  release(): void
}

interface Holder {
  readonly label: string
  readonly gone: Promise<void>
  isLeaving: boolean
}

/** Of the process, as ports and clients' names are: two holders that know nothing of one another meet here. */
const holders = new Map<string, Holder>()

/**
 * Holds a place for the one who is called `label`, after waiting for one who is leaving it.
 *
 * Fails: rejects with a `SensorError` when someone else holds it, whom it names, and with `advice`.
 */
export const hold = async (key: string, label: string, advice: string): Promise<Holding> => {
  for (let holder = holders.get(key); holder !== undefined; holder = holders.get(key)) {
    if (!holder.isLeaving) throw new SensorError(`${label}: in use by ${holder.label} of this program; ${advice}`)
    await holder.gone
  }
  let release = (): void => {}
  const gone = new Promise<void>((resolve) => {
    release = resolve
  })
  const holder: Holder = { label, gone, isLeaving: false }
  holders.set(key, holder)
  return {
    leave: () => {
      holder.isLeaving = true
    },
    release: () => {
      if (holders.get(key) === holder) holders.delete(key)
      release()
    },
  }
}

/** A connection to a place that is held from when it is asked for; `open` is told when to leave and release it. */
export const held = <C>(
  key: () => Promise<string>,
  label: string,
  advice: string,
  open: (holding: Holding) => Observable<C>,
): Observable<C> =>
  new Observable((subscriber) => {
    const take = async (): Promise<void> => {
      const holding = await hold(await key(), label, advice)
      if (subscriber.closed) return holding.release()
      subscriber.add(open(holding).subscribe(subscriber))
    }
    take().catch((error: unknown) => subscriber.error(error))
  })
