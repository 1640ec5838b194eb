/** The clients of transports: optional peer dependencies, which are loaded at the first subscription to a link. */
import { type Observable, defer, from } from 'rxjs'
import { SensorError } from '../failure.js'
import { isAbsent } from '../host/optionalPeer.js'
import type { Place } from './address.js'

/**
 * The module of a client.
 *
 * Fails: a `SensorError` that says what to install if the package is absent, and that gives the loader's error if it does not load.
 */
export const peer = <M>({ label }: Place, name: string, load: () => Promise<M>): Observable<M> =>
  defer(() =>
    from(
      load().catch((error: unknown) => {
        if (error instanceof SensorError) throw new SensorError(`${label}: ${error.message}`)
        if (!isAbsent(error, name))
          throw new SensorError(`${label}: the package ${name} does not load: ${String(error)}`)
        throw new SensorError(`${label}: needs the package ${name}, which is not installed: npm install ${name}`)
      }),
    ),
  )
