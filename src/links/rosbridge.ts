/** Topics of ROS 1 and 2 through a rosbridge server. */
import { pipe } from 'fp-ts/lib/function.js'
import { type Observable, filter, map, share } from 'rxjs'
import type { Cell } from '../cell.js'
import { eventLoop } from '../time/schedule.js'
import type { Stamped } from '../time/stamped.js'
import { type Link, type LinkCounts, link } from './link.js'
import { Garbled, type SinkOptions, type SourceOptions, type Stamping, checkText, fromJson, toJson } from './message.js'
import { type RosArrival, frameReader } from './rosbridgeFrames.js'
import { type Connection, greeted } from './session.js'
import { type Sink, sinkOn } from './sink.js'
import { type LinkSource, sourceOn } from './source.js'
import { type WebSocketData, type WebSocketOptions, openSocket, webSocketAddress } from './webSocket.js'

/** What reaches a rosbridge server. */
export interface RosbridgeOptions extends WebSocketOptions {}

/** A topic and its type. */
export interface RosTopic {
  /** A topic's name, such as `/imu/data`. */
  readonly topic: string
  /** Its message type, such as `sensor_msgs/Imu`, or `sensor_msgs/msg/Imu` in ROS 2. */
  readonly type: string
}

/** What is known of a message beside itself. */
export interface RosAbout {
  readonly topic: string
}

/** A topic that is listened to; a message is an object already. */
export interface RosMessages<A> extends RosTopic, SourceOptions<unknown, A, RosAbout> {
  /** Milliseconds between two messages at least, by the server's care. */
  readonly throttle?: number
  /**
   * Messages that the server keeps for us while it is busy or throttled; one more drops the oldest. By default 0: each message
   * is sent as it comes, and none is dropped.
   */
  readonly queue?: number
}

/** A topic that is published on. */
export interface RosSink<A> extends RosTopic, SinkOptions<A, unknown> {
  /** Messages that the server keeps until ROS has taken them; by default 100. */
  readonly queue?: number
}

/** What `fromRosbridge` is handed. */
export interface FromRosbridgeOptions<A> extends RosbridgeOptions, RosMessages<A> {
  readonly longest?: number
}

/** What `toRosbridge` is handed. */
export interface ToRosbridgeOptions<A> extends Omit<RosbridgeOptions, 'silence'>, RosSink<A> {}

/** One connection to a server, with any number of topics to listen to and to publish on. */
export interface RosbridgeSession {
  /** The messages of a topic; with `stamp`, as `Stamped` values. */
  messages<A>(options: RosMessages<A> & Stamping<A, RosAbout>): LinkSource<Stamped<A>>
  messages<A>(options: RosMessages<A>): LinkSource<A>
  /** A sink that publishes values on a topic. */
  sink<A>(options: RosSink<A>): Sink<A>
  /** What became of the connection so far. */
  readonly link: Cell<LinkCounts>
}

/** A connection on which the protocol is spoken. */
interface Ros {
  readonly arrivals: Observable<RosArrival>
  /** Topics that are listened to, as often as they are. */
  readonly topics: string[]
  /** An identifier that no other operation of this connection has. */
  name(operation: string, topic: string): string
  say(operation: object): PromiseLike<unknown>
  /** Sends an operation without waiting for it; if it is lost, so is the connection. */
  mention(operation: object): void
  leave(): PromiseLike<unknown>
}

/** Names with and without the slash of the root are the same. */
const rooted = (topic: string): string => (topic.startsWith('/') ? topic : `/${topic}`)

const spoken = (
  connection: Connection<WebSocketData, WebSocketData>,
  read: (frame: WebSocketData) => RosArrival | null,
  stray: () => void,
): Ros => {
  const topics: string[] = []
  let operations = 0
  const say = (operation: object): PromiseLike<unknown> => connection.send(JSON.stringify(operation))
  return {
    arrivals: pipe(
      connection.messages,
      map((frame) => (frame instanceof Garbled ? null : read(frame))),
      filter((arrival) => arrival !== null),
      filter((arrival) => {
        const isStray = arrival.kind === 'message' && !topics.includes(rooted(arrival.topic))
        if (isStray) stray()
        return !isStray
      }),
      share(),
    ),
    topics,
    name: (operation, topic) => `${operation}:${topic}:${operations++}`,
    say,
    mention: (operation) => void say(operation).then(undefined, () => {}),
    leave: async () => connection.leave?.(),
  }
}

const DEFAULT_LONGEST = 2 ** 20

const sessionOf = (creator: string, url: string, options: RosbridgeOptions): RosbridgeSession => {
  const address = webSocketAddress(creator, url, 'ws://localhost:9090', options)
  const { longest = DEFAULT_LONGEST, patience = 10_000, scheduler = eventLoop } = options
  const connect = pipe(
    greeted(openSocket(address, options), options.greeting),
    map((connection) =>
      spoken(connection, frameReader({ longest, patience, now: () => scheduler.now() }), () =>
        ownLink.count('dropped'),
      ),
    ),
  )
  const ownLink: Link<Ros> = link(address, options, connect, (ros) => ros.leave())

  function messages<A>(chosen: RosMessages<A> & Stamping<A, RosAbout>): LinkSource<Stamped<A>>
  function messages<A>(chosen: RosMessages<A>): LinkSource<A>
  function messages<A>(chosen: RosMessages<A>): LinkSource<A | Stamped<A>> {
    const { topic, type, throttle = 0, queue = 0 } = chosen
    checkText(ownLink.place.label, 'topic', topic)
    checkText(ownLink.place.label, 'type', type)
    const about: RosAbout = { topic }
    const read = (message: unknown): unknown => message
    return sourceOn<Ros, unknown, RosAbout, A>(ownLink, chosen, read, (ros, { message, fail }) => {
      const id = ros.name('subscribe', topic)
      const name = rooted(topic)
      ros.topics.push(name)
      const take = (arrival: RosArrival): void => {
        if (arrival.kind === 'message') {
          if (rooted(arrival.topic) === name) message(arrival.message, about)
        } else if (arrival.kind === 'garbled') message(new Garbled(arrival.beginning, arrival.expected), about)
        else if (arrival.level === 'error' && (arrival.id ?? id) === id) {
          fail(new Error(`the server reports: ${arrival.text}`))
        }
      }
      const listening = ros.arrivals.subscribe({
        next: take,
        error: fail,
        complete: () => fail(new Error('the connection ended')),
      })
      ros.mention({ op: 'subscribe', id, topic, type, throttle_rate: throttle, queue_length: queue })
      return () => {
        listening.unsubscribe()
        ros.topics.splice(ros.topics.indexOf(name), 1)
        ros.mention({ op: 'unsubscribe', id, topic })
      }
    })
  }
  // By way of JSON, so that vectors become arrays and a number that is not finite is refused.
  const sink = <A>({ topic, type, queue = 100, format = (value) => fromJson(toJson(value)) }: RosSink<A>): Sink<A> => {
    checkText(ownLink.place.label, 'topic', topic)
    checkText(ownLink.place.label, 'type', type)
    return sinkOn<Ros, A, unknown>(ownLink, format, (ros, end) => {
      const id = ros.name('advertise', topic)
      ros.mention({ op: 'advertise', id, topic, type, queue_size: queue })
      end.add(() => ros.mention({ op: 'unadvertise', id, topic }))
      return (message) => ros.say({ op: 'publish', topic, msg: message })
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
 * Fails: throws on a URL or an option that is none; otherwise as `fromRosbridge` and `Sink` say.
 */
export const rosbridgeSession = (url: string, options: RosbridgeOptions = {}): RosbridgeSession =>
  sessionOf('rosbridgeSession', url, options)

/**
 * The messages of a ROS topic, each decoded. NaN, which older servers write and JSON has no word for, is null; infinities are
 * what they are.
 *
 *     published      -{data:1}-{data:2}-{data:"x"}-
 *     fromRosbridge  -{data:1}-{data:2}-------------     with `onBad: 'skip'`
 *
 * Each message is handed on as it comes. What is published while the connection is down is not seen.
 *
 * Memory: the counts, and fragments of messages that are under way, at most `longest` characters.
 * Fails: throws on a URL or an option that is none. Error notification, a `SensorError`: in Node without the package `ws`, on a
 * bad message unless they are skipped, when the server refuses us, and when `backoff.retries` are used up. An error that the
 * server reports, such as a type that the topic has not, counts as a loss.
 */
export function fromRosbridge<A>(
  url: string,
  options: FromRosbridgeOptions<A> & Stamping<A, RosAbout>,
): LinkSource<Stamped<A>>
export function fromRosbridge<A>(url: string, options: FromRosbridgeOptions<A>): LinkSource<A>
export function fromRosbridge<A>(url: string, options: FromRosbridgeOptions<A>): LinkSource<A | Stamped<A>> {
  return sessionOf('fromRosbridge', url, options).messages(options)
}

/**
 * A sink that publishes values on a ROS topic.
 *
 * `send` resolves when the message was handed to the network; the protocol has no acknowledgement.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a URL or an option that is none; otherwise as `Sink` says.
 */
export const toRosbridge = <A>(url: string, options: ToRosbridgeOptions<A>): Sink<A> =>
  sessionOf('toRosbridge', url, options).sink(options)
