/** Connections to an MQTT broker: one client of the package `mqtt`, shared by all topics. */
import { unavailable } from '../host/optionalPeer.js'
import { pipe } from 'fp-ts/lib/function.js'
import { Observable, switchMap } from 'rxjs'
import { SensorError } from '../failure.js'
import type { Address } from './address.js'
import { held } from './holding.js'
import type { LinkOptions } from './link.js'
import { Garbled } from './message.js'
import { type Wire, guard } from './mqttWire.js'
import { peer } from './peer.js'
import { made, refused, webSocketFailure } from './refusal.js'
import type { Listener } from './source.js'
import { matches, overlap } from './topics.js'

/** What an MQTT client is handed. */
export interface MqttOptions extends LinkOptions {
  /** More options of the client in its own words, such as `username`, `ca` or `clientId`; reconnecting is not its business. */
  readonly client?: Readonly<Record<string, unknown>>
  /** Bytes that a message may have; by default 1 MiB. A longer one is a bad message, and is not kept. */
  readonly longest?: number
}

/** What a message's packet says beside its payload. */
export interface MqttAbout {
  readonly topic: string
  /** It is a stored copy, which the broker kept for those who subscribe later. */
  readonly retained: boolean
  readonly qos: 0 | 1 | 2
  /** The broker sends it again, since it has no acknowledgement. */
  readonly duplicate: boolean
  /** Of MQTT 5, such as `userProperties` and `contentType`. */
  readonly properties: Readonly<Record<string, unknown>>
}

/** Bytes that a message may have unless another number is given. */
export const DEFAULT_LONGEST = 2 ** 20

/** Bytes of a packet that are no payload: a topic, an identifier, and some properties. */
const BESIDE_PAYLOAD = 2 ** 17

/** Messages that may come before their subscriber is there: a broker sends those of a kept session at once. */
const MOST_EARLY = 1000

/** Who we are was refused, which another attempt does not change (MQTT 3.1.1, 3.2.2.3; MQTT 5, 3.2.2.2). */
const refusals = new Set<unknown>([1, 2, 4, 5, 0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c])

const TAKEN_OVER = 0x8e

/** One who listens to topics. */
interface End {
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly listener: Pick<Listener<Uint8Array, MqttAbout>, 'message' | 'fail'>
}

/** A connection to a broker. */
export interface Mqtt {
  listen(end: End): () => void
  publish(topic: string, message: string | Uint8Array, options: { qos: 0 | 1 | 2; retain: boolean }): Promise<unknown>
  leave(): Promise<unknown>
}

/** As much of a client as we use beside its declarations: its stream, which it connects to its parser. */
interface Plumbing {
  streamBuilder: (client: unknown) => Wire
  readonly stream?: Wire
}

/** A URL without its credentials, which are options of their own: the client would cut a password at a colon. */
const bare = ({ parts }: Address): string => {
  const url = new URL(parts)
  url.username = ''
  url.password = ''
  return url.href
}

const credentials = ({ parts: { username, password } }: Address): Readonly<Record<string, string>> => ({
  ...(username === '' ? {} : { username: decodeURIComponent(username) }),
  ...(password === '' ? {} : { password: decodeURIComponent(password) }),
})

/** As much of the client's options as matters here. */
interface Settings {
  readonly clean?: unknown
  readonly clientId?: unknown
  readonly protocolVersion?: unknown
  readonly wsOptions?: object
}

/** A message as the client hands it on. */
interface Packet {
  readonly retain: boolean
  readonly qos: 0 | 1 | 2
  readonly dup: boolean
  readonly properties?: object
  readonly messageId?: number
}
type Arrival = readonly [topic: string, payload: Uint8Array, packet: Packet]

/**
 * Connections to a broker. `stray` is called for each message of a topic that is not listened to.
 *
 * Fails: a `SensorError` when the broker refuses us or another client of this program has the same `clientId`.
 */
export const connected = (
  address: Address,
  { client = {}, longest = DEFAULT_LONGEST }: MqttOptions,
  stray: () => void,
): Observable<Mqtt> => {
  const settings: Settings = client
  const version = Number(settings.protocolVersion ?? 4)
  const limit = longest + BESIDE_PAYLOAD
  const { clientId = address.parts.searchParams.get('clientId') } = settings
  const name = typeof clientId === 'string' ? clientId : null
  const rival = name === null ? '' : ', as it does when another client connects with the same clientId'

  const open = (mqtt: typeof import('mqtt'), release: () => void): Observable<Mqtt> =>
    new Observable((subscriber) => {
      const ends = new Set<End>()
      const early: Arrival[] = []
      const cuts = new Set<number>()
      let isConnected = false
      let isLeaving = false
      let isCut = false
      const fail = (error: unknown): void => subscriber.error(error)

      const session = made(address, () =>
        mqtt.connect(bare(address), {
          ...credentials(address),
          ...client,
          wsOptions: { maxPayload: limit, ...settings.wsOptions },
          // There is one backoff, and what cannot be sent now is not sent later.
          reconnectPeriod: 0,
          resubscribe: false,
          queueQoSZero: false,
          manualConnect: true,
        }),
      )
      const plumbing = session as unknown as Plumbing
      const build = plumbing.streamBuilder
      plumbing.streamBuilder = (builder) => {
        const wire = build(builder)
        // The client keeps errors without a code to itself.
        wire.on('error', (error) => fail(webSocketFailure(address, error)))
        const cut = (identifier: number | null): void => {
          isCut = identifier === null
          if (identifier !== null) cuts.add(identifier)
        }
        guard(wire, { longest: limit, version, cut, fail })
        return wire
      }

      const dispatch = ([topic, payload, packet]: Arrival): void => {
        const { retain, qos, dup, properties: said = {}, messageId = -1 } = packet
        const about = { topic, retained: retain, qos, duplicate: dup, properties: said as MqttAbout['properties'] }
        const wasCut = isCut || cuts.delete(messageId)
        isCut = false
        const message =
          wasCut || payload.length > longest
            ? new Garbled(`${topic} `, `a message of at most ${longest} bytes`)
            : payload
        let isStray = true
        for (const { topic: filter, listener } of ends) {
          if (!matches(filter, topic)) continue
          isStray = false
          listener.message(message, about, !retain)
        }
        if (isStray) stray()
      }
      session.on('message', (topic, payload, packet) => {
        const said = { ...packet, retain: packet.retain === true, dup: packet.dup === true } as Packet
        if (isConnected) dispatch([topic, payload, said])
        else if (early.push([topic, payload, said]) > MOST_EARLY)
          fail(new Error('too many messages came before the connection'))
      })
      session.on('connect', () => {
        subscriber.next({ listen, publish, leave })
        isConnected = true
        for (const each of early.splice(0)) dispatch(each)
      })
      session.on('error', (error) =>
        fail('code' in error && refusals.has(error.code) ? refused(address, error) : error),
      )
      session.on('disconnect', ({ reasonCode = 0 }) => {
        const why = mqtt.ReasonCodes[reasonCode as keyof typeof mqtt.ReasonCodes] ?? `code ${reasonCode}`
        const told = new Error(`the broker ended the connection: ${why}`)
        fail(reasonCode === TAKEN_OVER ? refused(address, told) : told)
      })
      session.on('close', () => fail(new Error(`the broker closed the connection${rival}`)))

      const listen = (end: End): (() => void) => {
        const clash = [...ends].find(({ topic }) => topic !== end.topic && overlap(topic, end.topic))
        if (clash !== undefined) {
          throw new SensorError(
            `${address.label}: the topics ${clash.topic} and ${end.topic} overlap, and a broker may send a message of both twice; ` +
              'expected one source for both, or a session for each',
          )
        }
        ends.add(end)
        session.subscribe(end.topic, { qos: end.qos }, (error, _topics, answer) => {
          const codes = (answer?.granted ?? []).map(Number)
          if (codes.some((code) => code >= 0x80)) {
            end.listener.fail(new SensorError(`${address.label}: the broker refuses the topic ${end.topic}`))
          } else if (error) end.listener.fail(error)
        })
        return () => {
          ends.delete(end)
          const isShared = [...ends].some(({ topic }) => topic === end.topic)
          // A session that outlives its connection keeps its subscriptions.
          if (isShared || settings.clean === false) return
          queueMicrotask(() => {
            if (!isLeaving && session.connected) session.unsubscribe(end.topic, () => {})
          })
        }
      }
      const publish: Mqtt['publish'] = (topic, message, options) =>
        session.publishAsync(topic, typeof message === 'string' ? message : Buffer.from(message), options)
      let hasLeft = false
      const leave = async (): Promise<void> => {
        isLeaving = true
        release()
        await session.endAsync(false)
        hasLeft = true
      }

      made(address, () => session.connect())
      return () => {
        const { stream } = plumbing
        if (isLeaving && !hasLeft) stream?.write(Uint8Array.of(0xe0, 0))
        session.end(true)
        if (isLeaving) stream?.end()
        else stream?.destroy()
        release()
      }
    })

  const load = peer(address, 'mqtt', () => import('mqtt').catch(unavailable))
  if (name === null) return switchMap((mqtt: typeof import('mqtt')) => open(mqtt, () => {}))(load)
  const advice = `clients of one broker need a clientId each, and several topics of one client a session: mqttSession(url, options)`
  return pipe(
    load,
    switchMap((mqtt) =>
      held(
        async () => `mqtt ${address.parts.host} ${name}`,
        `${address.label} (clientId ${name})`,
        advice,
        ({ release }) => open(mqtt, release),
      ),
    ),
  )
}
