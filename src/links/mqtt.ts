/** Messages of an MQTT broker, through the package `mqtt`. */
import type { Cell } from '../cell.js'
import type { Stamped } from '../time/stamped.js'
import { addressOf, secretsOf } from './address.js'
import { type Link, link } from './link.js'
import type { LinkCounts } from './linkCounts.js'
import { type SinkOptions, type SourceOptions, type Stamping, checkText, fromJson, toJson } from './message.js'
import { DEFAULT_LONGEST, type Mqtt, type MqttOptions, mqttConnections } from './mqttClient.js'
import type { MqttMetadata } from './mqttTopics.js'
import { type Sink, sinkOn } from './sink.js'
import { type LinkSource, type RetainedOption, sourceOn } from './source.js'

/** A topic to subscribe to. */
export interface MqttMessages<A> extends RetainedOption, SourceOptions<Uint8Array, A, MqttMetadata> {
  /** A topic, or a filter with the wildcards `+` and `#`. */
  readonly topic: string
  /** Quality of service: 0 at most once, 1 at least once, 2 exactly once. The default is 0. */
  readonly qos?: 0 | 1 | 2
  /**
   * What to do with a stored copy of a message (a retained message), whose age is not known. `skip`, the default, leaves it out, counts
   * it as dropped and reports that once. With `use` the source emits `Stamped` values, in which a copy is not live.
   */
  readonly retained?: 'skip' | 'use'
}

/** A topic to publish on. */
export interface MqttSink<A> extends SinkOptions<A, string | Uint8Array> {
  readonly topic: string
  /** Quality of service, as for `MqttMessages`. The default is 0. */
  readonly qos?: 0 | 1 | 2
  /** Whether the broker stores the last value for clients that subscribe later. The default is false. */
  readonly retain?: boolean
}

/** Options of `fromMqtt`. */
export interface FromMqttOptions<A> extends MqttOptions, MqttMessages<A> {
  readonly longest?: number
}

/** Options of `toMqtt`. */
export interface ToMqttOptions<A> extends Omit<MqttOptions, 'silence'>, MqttSink<A> {}

/** The options that make a source emit `Stamped` values. */
export type MqttStamping<A> = Stamping<A, MqttMetadata> | { readonly retained: 'use' }

/** One client of a broker, with any number of topics to subscribe to and to publish on. */
export interface MqttSession {
  /** The values of a topic; `Stamped` ones with `stamp` or with `retained: 'use'`. */
  messages<A>(options: MqttMessages<A> & MqttStamping<A>): LinkSource<Stamped<A>>
  messages<A>(options: MqttMessages<A>): LinkSource<A>
  /** A sink that publishes values on a topic. */
  sink<A>(options: MqttSink<A>): Sink<A>
  /** The counts of the connection so far. */
  readonly link: Cell<LinkCounts>
}

const sessionOf = (creator: string, url: string, options: MqttOptions): MqttSession => {
  const schemes = ['mqtt', 'mqtts', 'tcp', 'ssl', 'ws', 'wss']
  const address = addressOf(creator, url, schemes, 'mqtt://localhost:1883', secretsOf(options.client))
  const { longest = DEFAULT_LONGEST } = options
  const ownLink: Link<Mqtt> = link(
    address,
    options,
    mqttConnections(address, options, () => ownLink.count('dropped')),
    (connection) => connection.disconnect(),
  )
  function messages<A>(chosen: MqttMessages<A> & MqttStamping<A>): LinkSource<Stamped<A>>
  function messages<A>(chosen: MqttMessages<A>): LinkSource<A>
  function messages<A>(chosen: MqttMessages<A>): LinkSource<A | Stamped<A>> {
    const { topic, qos = 0 } = chosen
    checkText(ownLink.place.label, 'topic', topic)
    return sourceOn<Mqtt, Uint8Array, MqttMetadata, A>(
      ownLink,
      { longest, ...chosen },
      fromJson,
      (connection, listener) => connection.listen({ topic, qos, listener }),
    )
  }
  const sink = <A>({ topic, qos = 0, retain = false, format = toJson }: MqttSink<A>): Sink<A> => {
    checkText(ownLink.place.label, 'topic', topic)
    return sinkOn<Mqtt, A, string | Uint8Array>(
      ownLink,
      format,
      (connection) => (message) => connection.publish(topic, message, { qos, retain }),
    )
  }
  return { messages, sink, link: ownLink.counts }
}

/**
 * One client of a broker for several topics, in both directions; each topic is a source or a sink of its own.
 *
 *     const home = mqttSession('mqtt://localhost')
 *     const kitchen = home.messages({ topic: 'zigbee2mqtt/kitchen', codec })
 *     const heater = home.sink({ topic: 'zigbee2mqtt/heater/set' })
 *
 * Memory: the counts.
 * Fails: throws on a wrong URL or option; otherwise as `fromMqtt` and `Sink` say. If the topics of two sources overlap and are not
 * the same, the second source fails: a broker may send such messages twice.
 */
export const mqttSession = (url: string, options: MqttOptions = {}): MqttSession =>
  sessionOf('mqttSession', url, options)

/**
 * The values that are published on a topic, each decoded; `parse` and `stamp` receive the topic and the other fields of the packet.
 *
 *     published  -21.5-21.6-"warm"-21.7-
 *     fromMqtt   -21.5-21.6--------21.7-     with `onBad: 'skip'`
 *
 * Each message is emitted as it arrives. Messages that are published while the connection is down are lost, unless `client` requests
 * a persistent session (`clean: false` and a `clientId`, with a `qos` of 1 or 2). Messages that such a session brings for a topic
 * without a source are dropped and counted.
 *
 * Memory: the counts.
 * Fails: throws on a wrong URL or option. Error notification, a `SensorError`: without the package `mqtt`, when the broker refuses
 * the client or the topic, when another client of this program has the same `clientId`, on a bad message unless `onBad` is `skip`,
 * and when `backoff.retries` are used up.
 */
export function fromMqtt<A>(url: string, options: FromMqttOptions<A> & MqttStamping<A>): LinkSource<Stamped<A>>
export function fromMqtt<A>(url: string, options: FromMqttOptions<A>): LinkSource<A>
export function fromMqtt<A>(url: string, options: FromMqttOptions<A>): LinkSource<A | Stamped<A>> {
  return sessionOf('fromMqtt', url, options).messages(options)
}

/**
 * A sink that publishes values on a topic.
 *
 * `send` resolves when the broker has acknowledged the message, or with `qos` 0 when the network has accepted it. When the sink is
 * closed the client sends DISCONNECT, so that the broker does not publish a last will.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a wrong URL or option; otherwise as `Sink` says.
 */
export const toMqtt = <A>(url: string, options: ToMqttOptions<A>): Sink<A> =>
  sessionOf('toMqtt', url, options).sink(options)
