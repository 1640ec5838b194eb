/** Sources: links whose messages are decoded and handed on as they come. */
import { pipe } from 'fp-ts/lib/function.js'
import { type Observable, defer } from 'rxjs'
import type { Place } from './address.js'
import { type Link, link } from './link.js'
import { type SourceOptions, decoded } from './message.js'

/**
 * A source over a link: connected when subscribed to, kept up until unsubscribed.
 *
 * Memory: the counts, the caller's if handed in. A message is handed on synchronously, so that nothing ever waits here.
 * Fails: throws when the pipeline is built on options that `link` refuses; error notification as `link` and `decoded` say.
 */
export const sourceOver = <C, Raw, A>(
  place: Place,
  options: SourceOptions<Raw, A>,
  byDefault: (message: Raw) => unknown,
  connect: Observable<C>,
  messages: (connection: C, line: Link) => Observable<Raw>,
): Observable<A> => {
  link(place, options)
  return defer(() => {
    const line = link(place, options)
    return pipe(
      line.keepUp(connect, (connection: C) => messages(connection, line)),
      decoded(line, options, byDefault),
    )
  })
}
