/** The clients of transports: optional peers, which are loaded when a link is first subscribed to. */
import { type Observable, defer, from } from 'rxjs'
import { SensorError } from '../failure.js'
import { isAbsent } from '../host/optionalPeer.js'
import type { Place } from './address.js'

/**
 * A client's module.
 *
 * Fails: a `SensorError` that says what to install when it is absent, and the loader's own error when it is broken.
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
