/** Locks on places that one connection of this process can use at a time, such as a serial port. */
import { Observable } from 'rxjs'
import { SensorError } from '../failure.js'

/** A lock that its owner has. */
export interface Lock {
  /** Announces that the owner is about to release the lock: the next caller of `acquire` waits for that, and is not refused. */
  announceRelease(): void
  /** Releases the lock. */
  release(): void
}

interface Owner {
  readonly label: string
  readonly released: Promise<void>
  isReleasing: boolean
}

/** Of the whole process, as serial ports and the names of clients are: owners that do not know each other meet here. */
const owners = new Map<string, Owner>()

/**
 * Acquires the lock of a place for the owner called `label`; waits for an owner that is about to release it.
 *
 * Fails: rejects with a `SensorError` that names the present owner and gives `advice`, if another owner has the lock.
 */
export const acquire = async (key: string, label: string, advice: string): Promise<Lock> => {
  for (let owner = owners.get(key); owner !== undefined; owner = owners.get(key)) {
    if (!owner.isReleasing) throw new SensorError(`${label}: in use by ${owner.label} of this program; ${advice}`)
    await owner.released
  }
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const owner: Owner = { label, released, isReleasing: false }
  owners.set(key, owner)
  return {
    announceRelease: () => {
      owner.isReleasing = true
    },
    release: () => {
      if (owners.get(key) === owner) owners.delete(key)
      release()
    },
  }
}

/** A connection to a place whose lock is acquired at the subscription; `open` receives the lock and releases it. */
export const withLock = <C>(
  key: () => Promise<string>,
  label: string,
  advice: string,
  open: (lock: Lock) => Observable<C>,
): Observable<C> =>
  new Observable((subscriber) => {
    const openLocked = async (): Promise<void> => {
      const lock = await acquire(await key(), label, advice)
      if (subscriber.closed) return lock.release()
      subscriber.add(open(lock).subscribe(subscriber))
    }
    openLocked().catch((error: unknown) => subscriber.error(error))
  })
