/** Connections to an MQTT broker: one client of the package `mqtt`, shared by all topics. */
import { unavailable } from '../host/optionalPeer.js'
import { pipe } from 'fp-ts/lib/function.js'
import { Observable, switchMap } from 'rxjs'
import { SensorError } from '../failure.js'
import type { Address } from './address.js'
import { withLock } from './locks.js'
import type { LinkOptions } from './link.js'
import { type MqttArrival, type Packet, type TopicListener, topicListeners } from './mqttTopics.js'
import { type Wire, guardParser } from './mqttWire.js'
import { peer } from './peer.js'
import { constructClient, refusal, webSocketFailure } from './refusal.js'

/** Options of an MQTT client. */
export interface MqttOptions extends LinkOptions {
  /**
   * More options of the package `mqtt` under its own names, such as `username`, `ca` or `clientId`; none by default. The link connects
   * again, and not the client.
   */
  readonly client?: Readonly<Record<string, unknown>>
  /** The most bytes of a message. A longer one is a bad message and is not stored. The default is 1 MiB (1 048 576). */
  readonly longest?: number
}

/** The most bytes of a message unless an option gives another number. */
export const DEFAULT_LONGEST = 2 ** 20

/** Bytes of a packet beside its payload: a topic, an identifier, and properties. */
const BESIDE_PAYLOAD = 2 ** 17

/** The most messages that may arrive before the connection is emitted: a broker sends those of a persistent session at once. */
const MOST_BEFORE_CONNECTION = 1000

/** Codes with which a broker refuses the identity of a client, so that another attempt is useless (MQTT 3.1.1, 3.2.2.3; MQTT 5, 3.2.2.2). */
const REFUSAL_CODES = new Set<unknown>([1, 2, 4, 5, 0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c])

const TAKEN_OVER = 0x8e

/** A connection to a broker. */
export interface Mqtt {
  /** Subscribes to a topic, and returns what ends the subscription. */
  listen(added: TopicListener): () => void
  publish(topic: string, message: string | Uint8Array, options: { qos: 0 | 1 | 2; retain: boolean }): Promise<unknown>
  disconnect(): Promise<unknown>
}

/** The undeclared parts of a client that are used here: its stream, which it connects to its parser. */
interface ClientStreams {
  streamBuilder: (client: unknown) => Wire
  readonly stream?: Wire
}

/** A URL without its credentials, which are passed as options: the client would cut a password at a colon. */
const withoutCredentials = ({ parts }: Address): string => {
  const url = new URL(parts)
  url.username = ''
  url.password = ''
  return url.href
}

const credentials = ({ parts: { username, password } }: Address): Readonly<Record<string, string>> => ({
  ...(username === '' ? {} : { username: decodeURIComponent(username) }),
  ...(password === '' ? {} : { password: decodeURIComponent(password) }),
})

/** The options of the client that are read here. */
interface Settings {
  readonly clean?: unknown
  readonly clientId?: unknown
  readonly protocolVersion?: unknown
  readonly wsOptions?: object
}

/**
 * Connections to a broker. `unrequested` is called for each message of a topic without a source.
 *
 * Fails: a `SensorError` when the broker refuses the client, or when another client of this program has the same `clientId`.
 */
export const mqttConnections = (
  address: Address,
  { client = {}, longest = DEFAULT_LONGEST }: MqttOptions,
  unrequested: () => void,
): Observable<Mqtt> => {
  const settings: Settings = client
  const version = Number(settings.protocolVersion ?? 4)
  const limit = longest + BESIDE_PAYLOAD
  const { clientId = address.parts.searchParams.get('clientId') } = settings
  const name = typeof clientId === 'string' ? clientId : null
  const takeoverHint = name === null ? '' : ', as it does when another client connects with the same clientId'

  const open = (mqtt: typeof import('mqtt'), release: () => void): Observable<Mqtt> =>
    new Observable((subscriber) => {
      const listeners = topicListeners(address.label, longest, unrequested)
      const beforeConnection: MqttArrival[] = []
      let isConnected = false
      let isDisconnecting = false
      const fail = (error: unknown): void => subscriber.error(error)

      const mqttClient = constructClient(address, () =>
        mqtt.connect(withoutCredentials(address), {
          ...credentials(address),
          ...client,
          wsOptions: { maxPayload: limit, ...settings.wsOptions },
          // The link alone connects again, and a message that cannot be sent now is not sent later.
          reconnectPeriod: 0,
          resubscribe: false,
          queueQoSZero: false,
          manualConnect: true,
        }),
      )
      const streams = mqttClient as unknown as ClientStreams
      const build = streams.streamBuilder
      streams.streamBuilder = (builder) => {
        const wire = build(builder)
        // The client does not report errors without a code.
        wire.on('error', (error) => fail(webSocketFailure(address, error)))
        guardParser(wire, { longest: limit, version, cut: listeners.cut, fail })
        return wire
      }

      mqttClient.on('message', (topic, payload, packet) => {
        const flags = { retain: packet.retain === true, dup: packet.dup === true }
        const arrival: MqttArrival = [topic, payload, { ...packet, ...flags } as Packet]
        if (isConnected) listeners.dispatch(arrival)
        else if (beforeConnection.push(arrival) > MOST_BEFORE_CONNECTION) {
          fail(new Error('too many messages came before the connection'))
        }
      })
      mqttClient.on('connect', () => {
        subscriber.next({ listen, publish, disconnect })
        isConnected = true
        for (const each of beforeConnection.splice(0)) listeners.dispatch(each)
      })
      mqttClient.on('error', (error) =>
        fail('code' in error && REFUSAL_CODES.has(error.code) ? refusal(address, error) : error),
      )
      mqttClient.on('disconnect', ({ reasonCode = 0 }) => {
        const why = mqtt.ReasonCodes[reasonCode as keyof typeof mqtt.ReasonCodes] ?? `code ${reasonCode}`
        const ended = new Error(`the broker ended the connection: ${why}`)
        fail(reasonCode === TAKEN_OVER ? refusal(address, ended) : ended)
      })
      mqttClient.on('close', () => fail(new Error(`the broker closed the connection${takeoverHint}`)))

      const listen = (added: TopicListener): (() => void) => {
        const { topic, qos, listener } = added
        listeners.add(added)
        mqttClient.subscribe(topic, { qos }, (error, _topics, answer) => {
          const codes = (answer?.granted ?? []).map(Number)
          if (codes.some((code) => code >= 0x80)) {
            listener.fail(new SensorError(`${address.label}: the broker refuses the topic ${topic}`))
          } else if (error) listener.fail(error)
        })
        return () => {
          const isLast = listeners.remove(added)
          // A persistent session keeps its subscriptions.
          if (!isLast || settings.clean === false) return
          queueMicrotask(() => {
            if (!isDisconnecting && mqttClient.connected) mqttClient.unsubscribe(topic, () => {})
          })
        }
      }
      const publish: Mqtt['publish'] = (topic, message, options) =>
        mqttClient.publishAsync(topic, typeof message === 'string' ? message : Buffer.from(message), options)
      let hasDisconnected = false
      const disconnect = async (): Promise<void> => {
        isDisconnecting = true
        release()
        await mqttClient.endAsync(false)
        hasDisconnected = true
      }

      constructClient(address, () => mqttClient.connect())
      return () => {
        const { stream } = streams
        // The DISCONNECT packet, if the client has not finished its orderly end in time.
        if (isDisconnecting && !hasDisconnected) stream?.write(Uint8Array.of(0xe0, 0))
        mqttClient.end(true)
        if (isDisconnecting) stream?.end()
        else stream?.destroy()
        release()
      }
    })

  const load = peer(address, 'mqtt', () => import('mqtt').catch(unavailable))
  if (name === null) return switchMap((mqtt: typeof import('mqtt')) => open(mqtt, () => {}))(load)
  const advice =
    'each client of one broker needs its own clientId, and several topics of one client share a session: mqttSession(url, options)'
  return pipe(
    load,
    switchMap((mqtt) =>
      withLock(
        async () => `mqtt ${address.parts.host} ${name}`,
        `${address.label} (clientId ${name})`,
        advice,
        ({ release }) => open(mqtt, release),
      ),
    ),
  )
}
