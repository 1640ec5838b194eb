/** Hands the messages of one MQTT connection to the sources that subscribed to their topics. */
import { SensorError } from '../failure.js'
import { Garbled } from './message.js'
import type { Listener } from './source.js'
import { matches, overlap } from './topics.js'

/** What a message's packet says beside its payload. */
export interface MqttMetadata {
  readonly topic: string
  /** The message is a stored copy, which the broker keeps for clients that subscribe later. */
  readonly retained: boolean
  readonly qos: 0 | 1 | 2
  /** The broker sends the message again, since it has received no acknowledgement. */
  readonly duplicate: boolean
  /** Properties of MQTT 5, such as `userProperties` and `contentType`. */
  readonly properties: Readonly<Record<string, unknown>>
}

/** A source that subscribes to a topic, or to a filter with wildcards. */
export interface TopicListener {
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly listener: Pick<Listener<Uint8Array, MqttMetadata>, 'message' | 'fail'>
}

/** The fields of a packet that the client emits with a message. */
export interface Packet {
  readonly retain: boolean
  readonly qos: 0 | 1 | 2
  readonly dup: boolean
  readonly properties?: object
  readonly messageId?: number
}

/** A message as the client emits it. */
export type MqttArrival = readonly [topic: string, payload: Uint8Array, packet: Packet]

/** The topics of one connection and their listeners. */
export interface TopicListeners {
  /** Adds a listener. Throws a `SensorError` if its topic overlaps with another one and is not the same. */
  add(added: TopicListener): void
  /** Removes a listener; false if another one has the same topic. */
  remove(removed: TopicListener): boolean
  /** The payload of a coming message was too long and cut off: the one with this identifier, or the next one if it has none. */
  cut(identifier: number | null): void
  /** Hands a message to every listener whose topic matches. */
  dispatch(arrival: MqttArrival): void
}

/**
 * The listeners of one connection, none at first. `longest` is the most bytes of a payload; `unrequested` is called for each message
 * without a listener.
 *
 * Memory: the listeners, and the identifiers of messages that were cut.
 */
export const topicListeners = (label: string, longest: number, unrequested: () => void): TopicListeners => {
  const listeners = new Set<TopicListener>()
  const cuts = new Set<number>()
  let isNextCut = false

  return {
    add: (added) => {
      const clash = [...listeners].find(({ topic }) => topic !== added.topic && overlap(topic, added.topic))
      if (clash !== undefined) {
        throw new SensorError(
          `${label}: the topics ${clash.topic} and ${added.topic} overlap, and a broker may send a message of both twice; ` +
            'expected one source for both, or a session for each',
        )
      }
      listeners.add(added)
    },
    remove: (removed) => {
      listeners.delete(removed)
      return ![...listeners].some(({ topic }) => topic === removed.topic)
    },
    cut: (identifier) => {
      isNextCut = identifier === null
      if (identifier !== null) cuts.add(identifier)
    },
    dispatch: ([topic, payload, packet]) => {
      const { retain, qos, dup, properties = {}, messageId = -1 } = packet
      const metadata = {
        topic,
        retained: retain,
        qos,
        duplicate: dup,
        properties: properties as MqttMetadata['properties'],
      }
      const wasCut = isNextCut || cuts.delete(messageId)
      isNextCut = false
      const message =
        wasCut || payload.length > longest ? new Garbled(`${topic} `, `a message of at most ${longest} bytes`) : payload
      let isUnrequested = true
      for (const { topic: filter, listener } of listeners) {
        if (!matches(filter, topic)) continue
        isUnrequested = false
        listener.message(message, metadata, !retain)
      }
      if (isUnrequested) unrequested()
    },
  }
}
