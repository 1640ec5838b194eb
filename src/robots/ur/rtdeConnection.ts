/** The connection to the RTDE of a controller: its handshake, and the data that it sends. */
import { tcpSessionTo } from '../../links/tcp.js'
import { SensorError } from '../../failure.js'
import { ignored } from '../../links/message.js'
import { delayed } from '../waiting.js'
import {
  linkOptionsOf,
  nextFrame,
  outlastBoot,
  restartGuard,
  type UrConnectionEvents,
  type UrSession,
} from './connections.js'
import { inputType, outputType } from './rtdeFields.js'
import { type Recipe, readRecipe, recipeOf, writeRecipe } from './recipe.js'
import {
  type DataMessage,
  decodeReply,
  encodeRequest,
  type OtherMessage,
  type RtdeReply,
  type RtdeRequest,
  rtdeSize,
  type RtdeVersion,
} from './rtdeMessages.js'
import type { RtdeValue } from './rtdeTypes.js'
import { sampleOutputs } from './sample.js'
import { sizedFraming } from './sizedFrames.js'
import type { Ur5Settings } from './ur5Options.js'

/** A connection by RTDE. */
export interface RtdeConnection {
  readonly session: UrSession
  /** Reads a frame: the values of a data package, or `ignored`. */
  read(frame: Uint8Array): unknown
  /** Values as a package for the inputs. Throws on a value that is missing or of a wrong type. */
  written(values: Readonly<Record<string, RtdeValue>>): Uint8Array
  /** The request to send no more data. */
  readonly pause: Uint8Array
  /** The version of the controller's software, such as `3.15.8`; null before the first connection. */
  readonly controller: string | null
  /** Samples a second that were agreed on. */
  readonly frequency: number
}

/** Messages of other kinds that may come before the answer to a request. */
const MOST_UNRELATED = 5
/** Milliseconds between two requests of inputs that another connection holds, and in all. */
const [IN_USE_WAIT, IN_USE_LIMIT] = [250, 5000]
const levels = ['exception', 'error', 'warning', 'information']

const typed = (names: readonly string[], typeOf: typeof outputType): Recipe =>
  recipeOf(
    names.flatMap((name) => {
      const type = typeOf(name)
      return type === null ? [] : [{ name, type }]
    }),
  )

/** Opens the session. On each connection it agrees on the version, the outputs and the inputs, and starts the data. */
export const rtdeConnection = (settings: Ur5Settings, events: UrConnectionEvents): RtdeConnection => {
  const { host, ports, scheduler } = settings
  const outputs = typed([...new Set([...sampleOutputs, ...settings.outputs])], outputType)
  const inputs = typed(settings.inputs, inputType)
  let version: RtdeVersion = 1
  let outputId = 0
  let inputId = 0
  let controller: string | null = null
  let { frequency } = settings
  const reportedTypes = new Set<string>()

  const decoded = (frame: Uint8Array): RtdeReply | OtherMessage => {
    const reply = decodeReply(frame, version)
    if (reply.type === 'text') {
      const source = reply.source === '' ? '' : `${reply.source}: `
      events.report('message', `the controller says (${levels[reply.level] ?? reply.level}): ${source}${reply.message}`)
    } else if (reply.type === 'unknown' || reply.type === 'malformed') {
      const type = `type ${reply.code} (${reply.type})`
      if (!reportedTypes.has(type)) {
        reportedTypes.add(type)
        events.report('unknownMessage', `a message of ${type} was left out, and further ones are`)
      }
    }
    return reply
  }
  const timeOf = ({ values }: DataMessage): number => new DataView(values.buffer, values.byteOffset).getFloat64(0)
  /** Refuses data of another size than was agreed on, with which framing is lost, and finds restarts. */
  const inspect = (): ((frame: Uint8Array) => void) => {
    const guard = restartGuard()
    version = 1
    return (frame) => {
      const reply = decodeReply(frame, version)
      if (reply.type !== 'data') return
      if (reply.values.length !== outputs.size || (version === 2 && reply.recipe !== outputId)) {
        throw new Error(`data of ${reply.values.length} bytes came, where ${outputs.size} were agreed on`)
      }
      guard(timeOf(reply))
    }
  }
  const refuse = (line: string): never => {
    throw new SensorError(`ur5 ${host}:${ports.rtde}: ${line}`)
  }

  const session = tcpSessionTo<Uint8Array>(
    'ur5',
    { host, port: ports.rtde },
    {
      ...linkOptionsOf(settings, events.lost),
      framing: sizedFraming(rtdeSize, inspect),
      greeting: async (handshake) => {
        const ask = async <Type extends RtdeReply['type']>(
          request: RtdeRequest,
          wanted: readonly Type[],
        ): Promise<Extract<RtdeReply, { readonly type: Type }>> => {
          await handshake.send(encodeRequest(request, version))
          for (let unrelated = 0; unrelated <= MOST_UNRELATED; unrelated++) {
            const reply = decoded(await nextFrame(handshake, settings, `answer to ${request.type}`))
            if ((wanted as readonly string[]).includes(reply.type)) {
              return reply as Extract<RtdeReply, { readonly type: Type }>
            }
          }
          throw new Error(`the controller sends other messages than the answer to ${request.type}`)
        }
        const agreeOnVersion = async (): Promise<void> => {
          for (const wanted of [2, 1] as const) {
            const { accepted } = await ask({ type: 'protocolVersion', version: wanted }, ['protocolVersion'])
            if (!accepted) continue
            version = wanted
            return
          }
          refuse('the controller accepts neither version 2 nor version 1 of RTDE')
        }
        const setUpOutputs = async (most: number): Promise<void> => {
          const names = outputs.fields.map(({ name }) => name)
          // Version 1 has no choice of it.
          frequency = version === 1 ? most : Math.min(settings.frequency, most)
          const request = { type: 'outputs', frequency: version === 1 ? null : frequency, names } as const
          const { recipe, types } = await ask(request, ['outputs'])
          const wrong = outputs.fields.filter(({ type }, i) => types[i] !== type)
          if (recipe === 0 || wrong.length > 0) {
            const list = outputs.fields.flatMap(({ name, type }, i) =>
              types[i] === type ? [] : [`${name} (${type}) is ${types[i] ?? 'left out'}`],
            )
            refuse(`the controller refuses outputs: ${list.join(', ')}`)
          }
          outputId = recipe ?? 0
        }
        const setUpInputs = async (): Promise<void> => {
          const names = inputs.fields.map(({ name }) => name)
          if (names.length === 0) return
          for (let waited = 0; ; waited += IN_USE_WAIT) {
            const { recipe, types } = await ask({ type: 'inputs', names }, ['inputs'])
            const list = inputs.fields.flatMap(({ name, type }, i) =>
              types[i] === type ? [] : [`${name} is ${types[i] ?? 'left out'}`],
            )
            if (recipe !== 0 && list.length === 0) return void (inputId = recipe)
            if (!types.includes('IN_USE') || waited >= IN_USE_LIMIT) {
              refuse(`the controller refuses inputs: ${list.join(', ')}; another client or a fieldbus may hold them`)
            }
            await delayed(scheduler, IN_USE_WAIT)
          }
        }
        const start = async (): Promise<void> => {
          // Data may overtake the answer.
          const reply = await ask({ type: 'start' }, ['start', 'data'])
          if (reply.type === 'start' && !reply.accepted) throw new Error('the controller does not start the data')
          const next = async (): Promise<number> => {
            for (;;) {
              const data = decoded(await nextFrame(handshake, settings, 'data'))
              if (data.type === 'data') return timeOf(data)
            }
          }
          await outlastBoot(reply.type === 'data' ? timeOf(reply) : await next(), next)
        }

        await agreeOnVersion()
        const { major, minor, bugfix } = await ask({ type: 'controllerVersion' }, ['controllerVersion'])
        controller = `${major}.${minor}.${bugfix}`
        await setUpOutputs(major < 5 ? 125 : 500)
        await setUpInputs()
        await start()
        events.streaming()
      },
    },
  )
  return {
    session,
    read: (frame) => {
      const reply = decoded(frame)
      return reply.type === 'data' ? readRecipe(outputs, reply.values) : ignored
    },
    written: (values) => encodeRequest({ type: 'data', recipe: inputId, values: writeRecipe(inputs, values) }, version),
    pause: encodeRequest({ type: 'pause' }),
    get controller() {
      return controller
    },
    get frequency() {
      return frequency
    },
  }
}
