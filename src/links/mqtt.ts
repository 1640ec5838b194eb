/** Messages of an MQTT broker, through the package `mqtt`. */
import { pipe } from 'fp-ts/lib/function.js'
import { Observable, switchMap } from 'rxjs'
import { SensorError } from '../failure.js'
import { type Address, addressOf, reasonFor } from './address.js'
import { fromJson, type SinkOptions, type SourceOptions, toJson } from './message.js'
import { peer } from './peer.js'
import { type Sink, sinkOver } from './sink.js'
import { sourceOver } from './source.js'

/** What reaches an MQTT broker. */
export interface MqttOptions {
  /** A topic; for a source one with the wildcards `+` and `#`, too. */
  readonly topic: string
  /** Quality of service: 0 at most once, 1 at least once, 2 exactly once. */
  readonly qos?: 0 | 1 | 2
  /** More options of the client in its own words, such as `username`, `ca` or `clientId`; reconnecting is not its business. */
  readonly client?: Readonly<Record<string, unknown>>
}

/** What `fromMqtt` is handed. */
export interface FromMqttOptions<A> extends MqttOptions, SourceOptions<Uint8Array, A> {}

/** What `toMqtt` is handed. */
export interface ToMqttOptions<A> extends MqttOptions, SinkOptions<A, string | Uint8Array> {
  /** Whether the broker keeps the last value for those who subscribe later. */
  readonly retain?: boolean
}

const read = (creator: string, url: string): Address =>
  addressOf(creator, url, ['mqtt', 'mqtts', 'tcp', 'ssl', 'ws', 'wss'], 'mqtt://localhost:1883')

/** Who we are was refused, which another attempt does not change (MQTT 3.1.1, 3.2.2.3; MQTT 5, 3.2.2.2). */
const refusals = new Set<unknown>([2, 4, 5, 0x85, 0x86, 0x87, 0x8a, 0x8c])

const connected = (address: Address, client: MqttOptions['client']) =>
  pipe(
    peer(address, 'mqtt', () => import('mqtt')),
    switchMap(
      ({ connect }) =>
        new Observable<ReturnType<typeof connect>>((subscriber) => {
          const session = connect(address.url, {
            ...client,
            // There is one backoff, and what cannot be sent now is not sent later.
            reconnectPeriod: 0,
            resubscribe: false,
            queueQoSZero: false,
          })
          session.on('connect', () => subscriber.next(session))
          session.on('error', (error) => {
            const refused = 'code' in error && refusals.has(error.code)
            subscriber.error(refused ? new SensorError(`${address.label}: ${reasonFor(address, error)}`) : error)
          })
          session.on('close', () => subscriber.error(new Error('the broker closed the connection')))
          return () => session.end(true)
        }),
    ),
  )

/**
 * The values that come on a topic, each decoded.
 *
 *     published  -21.5-21.6-"warm"-21.7-
 *     fromMqtt   -21.5-21.6--------21.7-     with `onBad: 'skip'`
 *
 * Each message is handed on as it comes. What is published while the connection is down is not seen, unless `client` asks
 * for a session that outlives it (`clean: false` and a `clientId`, with a `qos` of 1 or 2).
 *
 * Memory: the counts, the caller's if handed in.
 * Fails: throws on a URL or an option that is none. Error notification, a `SensorError`: without the package `mqtt`, when the
 * broker refuses us or the topic, on a bad message unless they are skipped, and when `backoff.retries` are used up.
 */
export const fromMqtt = <A>(url: string, options: FromMqttOptions<A>): Observable<A> => {
  const { topic, qos = 0, client } = options
  const address = read('fromMqtt', url)
  return sourceOver(
    address,
    options,
    fromJson,
    connected(address, client),
    (session) =>
      new Observable<Uint8Array>((subscriber) => {
        session.on('message', (_topic, payload) => subscriber.next(payload))
        session.subscribe(topic, { qos }, (error, _topics, answer) => {
          const codes = answer?.granted ?? []
          const refused = codes.some((code) => Number(code) >= 0x80)
          if (refused) subscriber.error(new SensorError(`${address.label}: the broker refuses the topic ${topic}`))
          else if (error) subscriber.error(error)
        })
      }),
  )
}

/**
 * A sink that publishes values on a topic.
 *
 * `send` resolves when the broker has acknowledged the message, or with `qos` 0 when it was handed to the network.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a URL or an option that is none; otherwise as `Sink` says.
 */
export const toMqtt = <A>(url: string, options: ToMqttOptions<A>): Promise<Sink<A>> => {
  const { topic, qos = 0, retain = false, client, format = toJson } = options
  const address = read('toMqtt', url)
  return sinkOver(address, options, format, connected(address, client), (session) => async (message) => {
    await session.publishAsync(topic, typeof message === 'string' ? message : Buffer.from(message), { qos, retain })
  })
}
