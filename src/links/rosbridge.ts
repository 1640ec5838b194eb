/** Topics of ROS 1 and 2 through a rosbridge server, with the package `roslib`. */
import { pipe } from 'fp-ts/lib/function.js'
import { Observable, switchMap } from 'rxjs'
import { type Address, addressOf } from './address.js'
import { type SinkOptions, type SourceOptions, fromJson, toJson } from './message.js'
import { peer } from './peer.js'
import { type Sink, sinkOver } from './sink.js'
import { sourceOver } from './source.js'
import { openSocket, sent, type Socket, socketMessages, type WebSocketOptions } from './webSocket.js'

/** What reaches a topic through rosbridge. */
export interface RosbridgeOptions extends WebSocketOptions {
  /** A topic's name, such as `/imu/data`. */
  readonly topic: string
  /** Its message type, such as `sensor_msgs/Imu`, or `sensor_msgs/msg/Imu` in ROS 2. */
  readonly type: string
}

/** What `fromRosbridge` is handed; a message is an object already. */
export interface FromRosbridgeOptions<A> extends RosbridgeOptions, SourceOptions<unknown, A> {
  /** Milliseconds between two messages at least, by the server's care. */
  readonly throttle?: number
}

/** What `toRosbridge` is handed. */
export interface ToRosbridgeOptions<A> extends RosbridgeOptions, SinkOptions<A, unknown> {}

/** A frame that is no message of the protocol. */
class Garbled {
  constructor(readonly reason: string) {}
}

const read = (creator: string, url: string): Address => addressOf(creator, url, ['ws', 'wss'], 'ws://localhost:9090')

/** As much of `roslib` as we use; its own declarations do not resolve under Node's rules for modules (2.1.0). */
interface Roslib {
  readonly AbstractTransport: abstract new () => {
    handleRawMessage(frame: unknown): void
    emit(event: 'open', value: null): boolean
  }
  readonly Ros: new (options: { readonly transportFactory: () => Promise<unknown> }) => Ros
  readonly Topic: new (options: { readonly ros: Ros } & Readonly<Record<string, unknown>>) => Topic
}
interface Ros {
  connect(url: string): Promise<void>
  on(event: string, listener: (value: unknown) => void): unknown
}
interface Topic {
  readonly subscribeId: string | null
  subscribe(listener: (message: unknown) => void): void
  publish(message: unknown): void
}

/** `roslib` speaks the protocol over our own socket: one way to connect, to be lost and to be closed at once. */
const over = async ({ Ros, AbstractTransport }: Roslib, socket: Socket) => {
  let flushed: Promise<void> = Promise.resolve()
  class Transport extends AbstractTransport {
    send(message: object): void {
      flushed = sent(socket, JSON.stringify(message))
      // Where nobody awaits it, the loss of the socket tells of it.
      flushed.catch(() => {})
    }
    take(frame: string | Uint8Array): void {
      this.handleRawMessage(typeof frame === 'string' ? frame : frame.buffer)
    }
    close(): void {}
    isConnecting = (): boolean => false
    isOpen = (): boolean => true
    isClosing = (): boolean => false
    isClosed = (): boolean => false
  }
  const transport = new Transport()
  const ros = new Ros({ transportFactory: async () => transport })
  await ros.connect('')
  transport.emit('open', null)
  return { ros, take: (frame: string | Uint8Array) => transport.take(frame), flushed: () => flushed }
}

const connected = (address: Address, options: WebSocketOptions) =>
  pipe(
    peer(address, 'roslib', () => import('roslib') as Promise<unknown> as Promise<Roslib>),
    switchMap((roslib) =>
      pipe(
        openSocket(address, options),
        switchMap(async (socket) => ({ roslib, socket, ...(await over(roslib, socket)) })),
      ),
    ),
  )

/**
 * The messages of a ROS topic, each decoded.
 *
 *     published      -{data:1}-{data:2}-{data:"x"}-
 *     fromRosbridge  -{data:1}-{data:2}-------------     with `onBad: 'skip'`
 *
 * Each message is handed on as it comes; the server keeps none for us. What is published while the connection is down is
 * not seen.
 *
 * Memory: the counts, the caller's if handed in.
 * Fails: throws on a URL or an option that is none. Error notification, a `SensorError`: without the package `roslib` (or `ws`
 * in Node), on a bad message unless they are skipped, and when `backoff.retries` are used up. An error that the server
 * reports, such as a type that the topic has not, counts as a loss.
 */
export const fromRosbridge = <A>(url: string, options: FromRosbridgeOptions<A>): Observable<A> => {
  const { topic: name, type, throttle = 0, parse = (message: unknown) => message } = options
  const address = read('fromRosbridge', url)
  const careful = (message: unknown): unknown => {
    if (message instanceof Garbled) throw new Error(`a rosbridge message (${message.reason})`)
    return parse(message)
  }
  return sourceOver(
    address,
    { ...options, parse: careful },
    careful,
    connected(address, options),
    ({ roslib: { Topic }, socket, ros, take }) =>
      new Observable((subscriber) => {
        const topic = new Topic({
          ros,
          name,
          messageType: type,
          throttle_rate: throttle,
          queue_length: 1,
          reconnect_on_close: false,
        })
        const complain = (status: unknown): void => {
          const { level, msg } = status as { readonly level?: string; readonly msg?: string }
          if (level === 'error') subscriber.error(new Error(`the server reports: ${msg}`))
        }
        ros.on('error', (error) => subscriber.next(new Garbled(String(error))))
        topic.subscribe((message) => subscriber.next(message))
        ros.on('status', complain)
        ros.on(`status:${topic.subscribeId}`, complain)
        return socketMessages(socket).subscribe(take)
      }),
  )
}

/**
 * A sink that publishes values on a ROS topic.
 *
 * `send` resolves when the message was handed to the network; the protocol has no acknowledgement.
 *
 * Memory: the value under way and the one that waits.
 * Fails: throws on a URL or an option that is none; otherwise as `Sink` says.
 */
export const toRosbridge = <A>(url: string, options: ToRosbridgeOptions<A>): Promise<Sink<A>> => {
  // By way of JSON, so that vectors become arrays and a number that is not finite is refused.
  const { topic: name, type, format = (value: A) => fromJson(toJson(value)) } = options
  const address = read('toRosbridge', url)
  return sinkOver(address, options, format, connected(address, options), ({ roslib: { Topic }, ros, flushed }) => {
    const topic = new Topic({ ros, name, messageType: type, queue_size: 1, reconnect_on_close: false })
    return async (message) => {
      topic.publish(message)
      await flushed()
    }
  })
}
