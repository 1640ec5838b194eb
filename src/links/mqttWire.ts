/** Guards the client of MQTT, which neither bounds the bytes that a broker sends nor catches its own errors about them. */
import type { Writable } from 'node:stream'

/** The parts of a client's stream that are used here. */
export interface Wire {
  pipe(parser: Writable): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  write(bytes: Uint8Array): unknown
  end(): unknown
  destroy(): unknown
}

/** How the bytes of a connection are guarded. */
export interface WireOptions {
  /** The most bytes of a packet; a longer message is passed on without its payload. */
  readonly longest: number
  /** The version of the protocol: 3, 4 or 5. */
  readonly version: number
  /** Called before a message that is too long is passed on without its payload; with its identifier, if it has one. */
  readonly cut: (identifier: number | null) => void
  /** Called if the bytes are not MQTT, or if the client throws while it reads them. */
  readonly fail: (error: unknown) => void
}

const PUBLISH = 3

const lengthOf = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...lengthOf(Math.floor(value / 128))]

/**
 * Cuts bytes into whole packets, one at a time. Of a PUBLISH that is too long only the topic and the identifier are passed on, so that
 * the client acknowledges it like any other message; any other packet that is too long is an error.
 *
 * Memory: the packet under way, at most `longest` bytes.
 */
export const packets = ({ longest, version, cut }: Pick<WireOptions, 'longest' | 'version' | 'cut'>) => {
  let waiting = new Uint8Array(0)
  let skip = 0

  /** The size of a packet's header, and the length that the header gives; null while the header is incomplete. */
  const header = (at: number): { readonly size: number; readonly length: number } | null => {
    let [length, scale] = [0, 1]
    for (let i = 1; i <= 4; i++) {
      const byte = waiting[at + i]
      if (byte === undefined) return null
      length += (byte & 127) * scale
      scale *= 128
      if (byte < 128) return { size: 1 + i, length }
    }
    throw new Error('expected a packet of MQTT, got a length of more than four bytes')
  }
  /** A message without its payload; null while its topic is incomplete. */
  const shortened = (at: number, size: number): Uint8Array | null => {
    const start = at + size
    if (waiting.length < start + 2) return null
    const hasIdentifier = (waiting[at] & 6) !== 0
    const kept = 2 + waiting[start] * 256 + waiting[start + 1] + (hasIdentifier ? 2 : 0)
    if (waiting.length < start + kept) return null
    const body = [...waiting.subarray(start, start + kept), ...(version === 5 ? [0] : [])]
    cut(hasIdentifier ? body[kept - 2] * 256 + body[kept - 1] : null)
    return Uint8Array.from([waiting[at], ...lengthOf(body.length), ...body])
  }

  return function* (piece: Uint8Array): Generator<Uint8Array> {
    const skipped = Math.min(skip, piece.length)
    skip -= skipped
    const fresh = new Uint8Array(waiting.length + piece.length - skipped)
    fresh.set(waiting)
    fresh.set(piece.subarray(skipped), waiting.length)
    waiting = fresh
    let at = 0
    while (at < waiting.length) {
      const head = header(at)
      if (head === null) break
      const whole = head.size + head.length
      if (head.length <= longest) {
        if (waiting.length < at + whole) break
        yield waiting.subarray(at, at + whole)
      } else {
        if (waiting[at] >> 4 !== PUBLISH) {
          throw new Error(`a packet of ${head.length} bytes came, where at most ${longest} are allowed`)
        }
        const short = shortened(at, head.size)
        if (short === null) break
        yield short
        skip = Math.max(0, at + whole - waiting.length)
      }
      at += whole
    }
    waiting = waiting.slice(Math.min(at, waiting.length))
  }
}

/**
 * Stands between a stream and the client's parser: it writes whole packets to the parser one by one, and catches what the client
 * throws at one.
 */
export const guardParser = (wire: Wire, options: WireOptions): void => {
  const pipe = wire.pipe.bind(wire)
  wire.pipe = (parser) => {
    const take = parser._write.bind(parser)
    const split = packets(options)
    parser._write = (piece: Uint8Array, encoding, done) => {
      const fail = (error: unknown): void => {
        // Of a plain Error the link makes a loss; the client may throw other types, which do not mean that an option is wrong.
        options.fail(new Error(`the client cannot read what the broker sent: ${String(error)}`))
        wire.destroy()
      }
      const whole = split(piece)
      /** A loop over the packets that the client reads synchronously; after any other packet its callback starts the loop again. */
      const proceed = (): void => {
        for (let isOver = true; isOver;) {
          isOver = false
          try {
            const packet = whole.next()
            if (packet.done === true) return done()
            let [isSync, isTaken] = [true, false]
            take(packet.value, encoding, () => {
              isTaken = true
              if (!isSync) proceed()
            })
            isSync = false
            isOver = isTaken
          } catch (error) {
            return fail(error)
          }
        }
      }
      proceed()
    }
    return pipe(parser)
  }
}
