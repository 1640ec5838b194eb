/** The serial connection to a Create 2: what is sent first on it, and how its bytes become frames. */
import type { SchedulerLike } from 'rxjs'
import type { Framing } from '../../links/frames.js'
import { type SerialLines, type SerialSession, serialSessionOf } from '../../links/serial.js'
import type { Handshake } from '../../links/session.js'
import { delayed, within } from '../waiting.js'
import { commands, joined } from './commands.js'
import type { Create2Settings } from './create2Options.js'
import type { FrameLayout } from './frames.js'
import type { Create2Mode } from './monitor.js'
import { type DecoderCounts, noDecoderCounts, streamDecoder } from './streamDecoder.js'

/** Milliseconds that the robot takes for a change of its mode. */
export const MODE_TIME = 150

/** Milliseconds from the request to the first frame. */
const FIRST_FRAME = 1000

/** A session whose messages are frames. */
export type Create2Session = SerialSession<Uint8Array>

/** What a connection calls. */
export interface ConnectionEvents {
  /** The port is open; called before the greeting, which waits for it. */
  readonly opened: () => PromiseLike<unknown>
  /** The robot streams. */
  readonly streaming: () => void
  /** A frame was damaged, or bytes came that belong to no frame. */
  readonly damaged: () => void
  /** A frame had a packet that was not requested. */
  readonly unrequested: (id: number) => void
  /** There is no control line to wake the robot with. */
  readonly notWoken: () => void
  /** The mode in which the robot is to be. */
  readonly mode: () => Create2Mode
  /** The first failure of an outage, in one line. */
  readonly lost: (line: string) => void
}

/** A connection, with the counts of all its decoders. */
export interface Create2Connection {
  readonly session: Create2Session
  readonly counts: () => DecoderCounts
}

/** Frames of a layout. Bytes that come before `isOpen` returns true are dropped: they may be of an earlier stream. */
const framesOf = (
  layout: FrameLayout,
  isOpen: () => boolean,
  { damaged, unrequested }: Pick<ConnectionEvents, 'damaged' | 'unrequested'>,
): { readonly framing: Framing<Uint8Array>; readonly counts: () => DecoderCounts } => {
  let earlier = noDecoderCounts
  let decoder = streamDecoder(layout, unrequested)
  const counts = (): DecoderCounts => {
    const present = decoder.counts
    return {
      frames: earlier.frames + present.frames,
      skipped: earlier.skipped + present.skipped,
      corrupt: earlier.corrupt + present.corrupt,
      implausible: earlier.implausible + present.implausible,
      unknown: earlier.unknown + present.unknown,
    }
  }
  const framing: Framing<Uint8Array> = {
    cutter: () => {
      earlier = counts()
      decoder = streamDecoder(layout, unrequested)
      const own = decoder
      return {
        cut: (piece) => {
          if (!isOpen()) return []
          const { skipped } = own.counts
          const frames = own.cut(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
          if (own.counts.skipped > skipped) damaged()
          return frames
        },
        end: () => [],
      }
    },
    wrap: (message) => message,
  }
  return { framing, counts }
}

/** Pulses RTS, which the cable joins to the line that wakes the robot. A port without the line, as a pseudo-terminal, is no failure. */
const wakeBy =
  (scheduler: SchedulerLike, failed: () => void) =>
  async ({ set }: SerialLines): Promise<void> => {
    try {
      for (const rts of [true, false, true]) {
        await set({ rts })
        await delayed(scheduler, rts ? 100 : 400)
      }
    } catch {
      failed()
    }
  }

/** Opens the session of a robot. On each connection it halts the robot, puts it into its mode, and requests the stream. */
export const create2Connection = (settings: Create2Settings, events: ConnectionEvents): Create2Connection => {
  const { port, baudRate, layout, wake, silence, scheduler, backoff, patience } = settings
  let isListening = false
  const { framing, counts } = framesOf(layout, () => isListening, events)

  const greeting = async ({ send, next }: Handshake<Uint8Array, string | Uint8Array>): Promise<void> => {
    isListening = false
    await events.opened()
    // A command that was cut takes the zeros as its data. The second start is one in any case.
    await send(joined(commands.driveDirect(0, 0), commands.start(), commands.start()))
    await delayed(scheduler, MODE_TIME)
    const mode = events.mode()
    if (mode !== 'passive') {
      await send(commands[mode]())
      await delayed(scheduler, MODE_TIME)
    }
    isListening = true
    await send(commands.stream(layout.ids))
    if ((await within(scheduler, FIRST_FRAME, next(), null)) === null) {
      throw new Error(`the robot sends no frames within ${FIRST_FRAME} ms; is it switched on?`)
    }
    events.streaming()
  }
  const session = serialSessionOf<Uint8Array>('create2', port, {
    baudRate,
    framing,
    greeting,
    silence,
    scheduler,
    report: events.lost,
    ...(wake && { prepare: wakeBy(scheduler, events.notWoken) }),
    ...(backoff !== undefined && { backoff }),
    ...(patience !== undefined && { patience }),
  })
  return { session, counts }
}
