/** Topics of ROS 1 and 2 through a rosbridge server. */
import { pipe } from 'fp-ts/lib/function.js'
import { type Observable, filter, map, share } from 'rxjs'
import type { Cell } from '../cell.js'
import { eventLoop } from '../time/schedule.js'
import type { Stamped } from '../time/stamped.js'
import { type Link, link } from './link.js'
import type { LinkCounts } from './linkCounts.js'
import { Garbled, type SinkOptions, type SourceOptions, type Stamping, checkText, fromJson, toJson } from './message.js'
import { type RosArrival, frameReader } from './rosbridgeFrames.js'
import { type Connection, afterGreeting } from './session.js'
import { type Sink, sinkOn } from './sink.js'
import { type LinkSource, sourceOn } from './source.js'
import { type WebSocketData, type WebSocketOptions, openSocket, webSocketAddress } from './webSocket.js'

/** Options of a connection to a rosbridge server. */
export interface RosbridgeOptions extends WebSocketOptions {}

/** A topic and its type. */
export interface RosTopic {
  /** The topic's name, such as `/imu/data`. */
  readonly topic: string
  /** Its message type, such as `sensor_msgs/Imu`, or `sensor_msgs/msg/Imu` in ROS 2. */
  readonly type: string
}

/** What is known about a message beside its content. */
export interface RosMetadata {
  readonly topic: string
}

/** A topic to subscribe to. A message reaches `parse` as an object; by default the codec receives that object. */
export interface RosMessages<A> extends RosTopic, SourceOptions<unknown, A, RosMetadata> {
  /** The least milliseconds between two messages, kept by the server. The default is 0: the server sends every message. */
  readonly throttle?: number
  /**
   * Messages that the server keeps for this client while it is busy or throttled; one more drops the oldest. The default is 0: each
   * message is sent as it arrives, and none is dropped.
   */
  readonly queue?: number
}

/** A topic to publish on. */
export interface RosSink<A> extends RosTopic, SinkOptions<A, unknown> {
  /** Messages that the server keeps until ROS has accepted them. The default is 100. */
  readonly queue?: number
  /** Makes a message, an object, of a value. By default the value itself, in which vectors become arrays. */
  readonly format?: (value: A) => unknown
}

/** Options of `fromRosbridge`. */
export interface FromRosbridgeOptions<A> extends RosbridgeOptions, RosMessages<A> {
  /** The most bytes of a frame, and the most characters of the fragments of a message. The default is 1 MiB (1 048 576). */
  readonly longest?: number
}

/** Options of `toRosbridge`. */
export interface ToRosbridgeOptions<A> extends Omit<RosbridgeOptions, 'silence'>, RosSink<A> {}

/** One connection to a server, with any number of topics to subscribe to and to publish on. */
export interface RosbridgeSession {
  /** The messages of a topic; with `stamp` the source emits `Stamped` values. */
  messages<A>(options: RosMessages<A> & Stamping<A, RosMetadata>): LinkSource<Stamped<A>>
  messages<A>(options: RosMessages<A>): LinkSource<A>
  /** A sink that publishes values on a topic. */
  sink<A>(options: RosSink<A>): Sink<A>
  /** The counts of the connection so far. */
  readonly link: Cell<LinkCounts>
}

/** A connection that uses rosbridge's protocol. */
interface RosConnection {
  readonly arrivals: Observable<RosArrival>
  /** The topics of all sources, one entry a source. */
  readonly topics: string[]
  /** An identifier that no other operation of this connection has. */
  newId(operation: string, topic: string): string
  send(operation: object): PromiseLike<unknown>
  /** Sends an operation without waiting for it. A failure is ignored, since the connection then fails as well. */
  post(operation: object): void
  disconnect(): PromiseLike<unknown>
}

/** A topic's name with the slash of the root: names with and without it are the same. */
const rooted = (topic: string): string => (topic.startsWith('/') ? topic : `/${topic}`)

const rosConnection = (
  connection: Connection<WebSocketData, WebSocketData>,
  read: (frame: WebSocketData) => RosArrival | null,
  unrequested: () => void,
): RosConnection => {
  const topics: string[] = []
  let operations = 0
  const send = (operation: object): PromiseLike<unknown> => connection.send(JSON.stringify(operation))
  return {
    arrivals: pipe(
      connection.messages,
      map((frame) => (frame instanceof Garbled ? null : read(frame))),
      filter((arrival) => arrival !== null),
      filter((arrival) => {
        const isUnrequested = arrival.kind === 'message' && !topics.includes(rooted(arrival.topic))
        if (isUnrequested) unrequested()
        return !isUnrequested
      }),
      share(),
    ),
    topics,
    newId: (operation, topic) => `${operation}:${topic}:${operations++}`,
    send,
    post: (operation) => void send(operation).then(undefined, () => {}),
    disconnect: async () => connection.disconnect?.(),
  }
}

const DEFAULT_LONGEST = 2 ** 20

const sessionOf = (creator: string, url: string, options: RosbridgeOptions): RosbridgeSession => {
  const address = webSocketAddress(creator, url, 'ws://localhost:9090', options)
  const { longest = DEFAULT_LONGEST, patience = 10_000, scheduler = eventLoop } = options
  const connect = pipe(
    afterGreeting(openSocket(address, options), options.greeting),
    map((connection) =>
      rosConnection(connection, frameReader({ longest, patience, now: () => scheduler.now() }), () =>
        ownLink.count('dropped'),
      ),
    ),
  )
  const ownLink: Link<RosConnection> = link(address, options, connect, (ros) => ros.disconnect())

  function messages<A>(chosen: RosMessages<A> & Stamping<A, RosMetadata>): LinkSource<Stamped<A>>
  function messages<A>(chosen: RosMessages<A>): LinkSource<A>
  function messages<A>(chosen: RosMessages<A>): LinkSource<A | Stamped<A>> {
    const { topic, type, throttle = 0, queue = 0 } = chosen
    checkText(ownLink.place.label, 'topic', topic)
    checkText(ownLink.place.label, 'type', type)
    const metadata: RosMetadata = { topic }
    const read = (message: unknown): unknown => message
    return sourceOn<RosConnection, unknown, RosMetadata, A>(ownLink, chosen, read, (ros, { message, fail }) => {
      const id = ros.newId('subscribe', topic)
      const name = rooted(topic)
      ros.topics.push(name)
      const onArrival = (arrival: RosArrival): void => {
        if (arrival.kind === 'message') {
          if (rooted(arrival.topic) === name) message(arrival.message, metadata)
        } else if (arrival.kind === 'garbled') message(new Garbled(arrival.beginning, arrival.expected), metadata)
        else if (arrival.level === 'error' && (arrival.id ?? id) === id) {
          fail(new Error(`the server reports: ${arrival.text}`))
        }
      }
      const listening = ros.arrivals.subscribe({
        next: onArrival,
        error: fail,
        complete: () => fail(new Error('the connection ended')),
      })
      ros.post({ op: 'subscribe', id, topic, type, throttle_rate: throttle, queue_length: queue })
      return () => {
        listening.unsubscribe()
        ros.topics.splice(ros.topics.indexOf(name), 1)
        ros.post({ op: 'unsubscribe', id, topic })
      }
    })
  }
  // Through JSON, so that vectors become arrays and a number that is not finite is refused.
  const sink = <A>({ topic, type, queue = 100, format = (value) => fromJson(toJson(value)) }: RosSink<A>): Sink<A> => {
    checkText(ownLink.place.label, 'topic', topic)
    checkText(ownLink.place.label, 'type', type)
    return sinkOn<RosConnection, A, unknown>(ownLink, format, (ros, end) => {
      const id = ros.newId('advertise', topic)
      ros.post({ op: 'advertise', id, topic, type, queue_size: queue })
      end.add(() => ros.post({ op: 'unadvertise', id, topic }))
      return (message) => ros.send({ op: 'publish', topic, msg: message })
    })
  }
  return { messages, sink, link: ownLink.counts }
}

/**
 * One connection to a rosbridge server for several topics, in both directions.
 *
 *     const robot = rosbridgeSession('ws://localhost:9090')
 *     const scan = robot.messages({ topic: '/scan', type: 'sensor_msgs/LaserScan', parse: laserScan(), codec: finiteNumbers(360) })
 *     const speed = robot.sink({ topic: '/cmd_vel', type: 'geometry_msgs/Twist' })
 *
 * Memory: the counts.
 * Fails: throws on a wrong URL or option; otherwise as `fromRosbridge` and `Sink` say.
 */
export const rosbridgeSession = (url: string, options: RosbridgeOptions = {}): RosbridgeSession =>
  sessionOf('rosbridgeSession', url, options)

/**
 * The messages of a ROS topic, each decoded. NaN, which older servers write although JSON cannot express it, becomes null; infinities
 * stay infinities.
 *
 *     published      -{data:1}-{data:2}-{data:"x"}-
 *     fromRosbridge  -{data:1}-{data:2}-------------     with `onBad: 'skip'`
 *
 * Each message is emitted as it arrives. Messages that are published while the connection is down are lost.
 *
 * Memory: the counts, and the fragments of incomplete messages, at most `longest` characters.
 * Fails: throws on a wrong URL or option. Error notification, a `SensorError`: in Node without the package `ws`, on a bad message
 * unless `onBad` is `skip`, when the server refuses the client, and when `backoff.retries` are used up. An error that the server
 * reports, such as a wrong type for the topic, counts as a loss.
 */
export function fromRosbridge<A>(
  url: string,
  options: FromRosbridgeOptions<A> & Stamping<A, RosMetadata>,
): LinkSource<Stamped<A>>
export function fromRosbridge<A>(url: string, options: FromRosbridgeOptions<A>): LinkSource<A>
export function fromRosbridge<A>(url: string, options: FromRosbridgeOptions<A>): LinkSource<A | Stamped<A>> {
  return sessionOf('fromRosbridge', url, options).messages(options)
}

/**
 * A sink that publishes values on a ROS topic.
 *
 * `send` resolves when the network has accepted the message; the protocol has no acknowledgement.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a wrong URL or option; otherwise as `Sink` says.
 */
export const toRosbridge = <A>(url: string, options: ToRosbridgeOptions<A>): Sink<A> =>
  sessionOf('toRosbridge', url, options).sink(options)
