/** The connection to the realtime interface of a controller: samples come from it, and lines of URScript go to it. */
import { tcpSessionTo } from '../../links/tcp.js'
import { SensorError } from '../../failure.js'
import {
  linkOptionsOf,
  nextFrame,
  outlastBoot,
  restartGuard,
  type UrConnectionEvents,
  type UrSession,
} from './connections.js'
import { decodePacket, PACKET_SIZE, realtimeFields, realtimeSize } from './realtimePacket.js'
import { sizedFraming } from './sizedFrames.js'
import type { Ur5Settings } from './ur5Options.js'

/** The time of a packet in s; throws a SensorError for one of software that is too old. */
const timeOf = (packet: Uint8Array): number => {
  if (packet.length < PACKET_SIZE) {
    throw new SensorError(
      `ur5: expected packets of ${PACKET_SIZE} bytes or more, of software 3.2 or later, got ${packet.length} bytes`,
    )
  }
  return new DataView(packet.buffer, packet.byteOffset).getFloat64(realtimeFields.time.offset)
}

/** Opens the session. With `samples: false` it is used for commands alone, and its packets are only looked at. */
export const realtimeConnection = (
  settings: Ur5Settings,
  { streaming, lost }: Pick<UrConnectionEvents, 'streaming' | 'lost'>,
): UrSession => {
  const { host, ports } = settings
  const inspect = (): ((packet: Uint8Array) => void) => {
    const guard = restartGuard()
    return (packet) => guard(timeOf(packet))
  }
  return tcpSessionTo<Uint8Array>(
    'ur5',
    { host, port: ports.realtime },
    {
      ...linkOptionsOf(settings, lost),
      framing: sizedFraming(realtimeSize, inspect),
      greeting: async (handshake) => {
        const next = async (): Promise<number> => timeOf(await nextFrame(handshake, settings, 'packets'))
        await outlastBoot(await next(), next)
        streaming()
      },
    },
  )
}

/** Reads a packet as a message of the session. */
export const readPacket = (frame: Uint8Array): unknown => decodePacket(frame)
