/** Messages of an MQTT broker, through the package `mqtt`. */
import type { Cell } from '../cell.js'
import type { Stamped } from '../time/stamped.js'
import { addressOf, secretsOf } from './address.js'
import { type Link, type LinkCounts, link } from './link.js'
import { type SinkOptions, type SourceOptions, type Stamping, checkText, fromJson, toJson } from './message.js'
import { DEFAULT_LONGEST, type Mqtt, type MqttAbout, type MqttOptions, connected } from './mqttClient.js'
import { type Sink, sinkOn } from './sink.js'
import { type LinkSource, type Retaining, sourceOn } from './source.js'

/** A topic that is listened to. */
export interface MqttMessages<A> extends Retaining, SourceOptions<Uint8Array, A, MqttAbout> {
  /** A topic, or a filter with the wildcards `+` and `#`. */
  readonly topic: string
  /** Quality of service: 0 at most once, 1 at least once, 2 exactly once. */
  readonly qos?: 0 | 1 | 2
  /**
   * What to do with a stored copy of a message, of which it is unknown how old it is: by default it is left out, counted as dropped and
   * reported once; with `use` values come as `Stamped`, and that of a copy is not live.
   */
  readonly retained?: 'skip' | 'use'
}

/** A topic that is published on. */
export interface MqttSink<A> extends SinkOptions<A, string | Uint8Array> {
  readonly topic: string
  readonly qos?: 0 | 1 | 2
  /** Whether the broker keeps the last value for those who subscribe later. */
  readonly retain?: boolean
}

/** What `fromMqtt` is handed. */
export interface FromMqttOptions<A> extends MqttOptions, MqttMessages<A> {
  readonly longest?: number
}

/** What `toMqtt` is handed. */
export interface ToMqttOptions<A> extends Omit<MqttOptions, 'silence'>, MqttSink<A> {}

/** What makes a source of `Stamped` values. */
export type MqttStamping<A> = Stamping<A, MqttAbout> | { readonly retained: 'use' }

/** One client of a broker, with any number of topics to listen to and to publish on. */
export interface MqttSession {
  /** The values of a topic; `Stamped` ones with `stamp` or with `retained: 'use'`. */
  messages<A>(options: MqttMessages<A> & MqttStamping<A>): LinkSource<Stamped<A>>
  messages<A>(options: MqttMessages<A>): LinkSource<A>
  /** A sink that publishes values on a topic. */
  sink<A>(options: MqttSink<A>): Sink<A>
  /** What became of the connection so far. */
  readonly link: Cell<LinkCounts>
}

const sessionOf = (creator: string, url: string, options: MqttOptions): MqttSession => {
  const schemes = ['mqtt', 'mqtts', 'tcp', 'ssl', 'ws', 'wss']
  const address = addressOf(creator, url, schemes, 'mqtt://localhost:1883', secretsOf(options.client))
  const { longest = DEFAULT_LONGEST } = options
  const ownLink: Link<Mqtt> = link(
    address,
    options,
    connected(address, options, () => ownLink.count('dropped')),
    (connection) => connection.leave(),
  )
  function messages<A>(chosen: MqttMessages<A> & MqttStamping<A>): LinkSource<Stamped<A>>
  function messages<A>(chosen: MqttMessages<A>): LinkSource<A>
  function messages<A>(chosen: MqttMessages<A>): LinkSource<A | Stamped<A>> {
    const { topic, qos = 0 } = chosen
    checkText(ownLink.place.label, 'topic', topic)
    return sourceOn<Mqtt, Uint8Array, MqttAbout, A>(ownLink, { longest, ...chosen }, fromJson, (connection, listener) =>
      connection.listen({ topic, qos, listener }),
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
 * Fails: throws on a URL or an option that is none; otherwise as `fromMqtt` and `Sink` say. Two sources of one session whose
 * topics overlap without being the same are an error of the second one: a broker may send such messages twice.
 */
export const mqttSession = (url: string, options: MqttOptions = {}): MqttSession =>
  sessionOf('mqttSession', url, options)

/**
 * The values that come on a topic, each decoded; `parse` and `stamp` are told the topic and what else the packet says.
 *
 *     published  -21.5-21.6-"warm"-21.7-
 *     fromMqtt   -21.5-21.6--------21.7-     with `onBad: 'skip'`
 *
 * Each message is handed on as it comes. What is published while the connection is down is not seen, unless `client` asks
 * for a session that outlives it (`clean: false` and a `clientId`, with a `qos` of 1 or 2); what such a session brings of a
 * topic that is no longer asked for is dropped and counted.
 *
 * Memory: the counts.
 * Fails: throws on a URL or an option that is none. Error notification, a `SensorError`: without the package `mqtt`, when the
 * broker refuses us or the topic, when another client of this program has the same `clientId`, on a bad message unless they
 * are skipped, and when `backoff.retries` are used up.
 */
export function fromMqtt<A>(url: string, options: FromMqttOptions<A> & MqttStamping<A>): LinkSource<Stamped<A>>
export function fromMqtt<A>(url: string, options: FromMqttOptions<A>): LinkSource<A>
export function fromMqtt<A>(url: string, options: FromMqttOptions<A>): LinkSource<A | Stamped<A>> {
  return sessionOf('fromMqtt', url, options).messages(options)
}

/**
 * A sink that publishes values on a topic.
 *
 * `send` resolves when the broker has acknowledged the message, or with `qos` 0 when it was handed to the network. When the
 * sink is closed the broker is told, so that it does not publish a last will.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a URL or an option that is none; otherwise as `Sink` says.
 */
export const toMqtt = <A>(url: string, options: ToMqttOptions<A>): Sink<A> =>
  sessionOf('toMqtt', url, options).sink(options)
