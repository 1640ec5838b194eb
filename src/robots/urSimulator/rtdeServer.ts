/** The RTDE server of a simulated controller. */
import { inputType, outputType } from '../ur/rtdeFields.js'
import { type Recipe, readRecipe, recipeOf, writeRecipe } from '../ur/recipe.js'
import {
  decodeRequest,
  encodeReply,
  type OtherMessage,
  type RtdeReply,
  type RtdeRequest,
  rtdeSize,
  type RtdeVersion,
} from '../ur/rtdeMessages.js'
import type { RtdeType } from '../ur/rtdeTypes.js'
import { sizedDecoder } from '../ur/sizedFrames.js'
import type { SimulatedController } from './controller.js'
import type { UrDamage } from './damage.js'
import type { Peer, PeerEvents } from './peers.js'

/** What a server needs. */
export interface RtdeServerOptions {
  readonly controller: SimulatedController
  /** Major, minor, bugfix, build. */
  readonly version: readonly [number, number, number, number]
  /** The greatest frequency of outputs, in Hz. */
  readonly frequency: number
  /** The newest version of the protocol that it accepts. */
  readonly protocol: RtdeVersion
  readonly damage: () => UrDamage
}

/** Serves RTDE. */
export interface RtdeServer {
  readonly opened: (peer: Peer) => PeerEvents
  /** A tick of so many seconds is over: sends what is due. */
  tick(seconds: number): void
  /** Sends a text to every client. */
  say(message: string, level: number): void
  /** The clients to which data is sent. */
  readonly started: number
}

/** One client. */
interface Client {
  readonly peer: Peer
  readonly damage: UrDamage
  version: RtdeVersion
  output: { readonly recipe: Recipe; readonly period: number } | null
  inputs: readonly { readonly id: number; readonly recipe: Recipe }[]
  isStarted: boolean
  /** Seconds until the next package. */
  due: number
}

/** A tenth of a tick, so that sums of fractions leave out no package. */
const TOLERANCE = 1e-4

/** A server of RTDE. An input belongs to the first client that has set it up, until its connection ends. */
export const rtdeServer = ({ controller, version, frequency, protocol, damage }: RtdeServerOptions): RtdeServer => {
  const clients = new Set<Client>()
  const owners = new Map<string, Client>()
  const write = (client: Client, bytes: Uint8Array): void => {
    if (bytes.length > 0) client.peer.write(bytes)
  }
  const send = (client: Client, reply: RtdeReply): void =>
    write(client, client.damage.pass(encodeReply(reply, client.version)))
  const sendText = (client: Client, message: string, level: number): void =>
    send(client, { type: 'text', message, source: 'simulator', level })

  const setUpOutputs = (client: Client, wanted: number | null, names: readonly string[]): RtdeReply => {
    const types = names.map((name) => outputType(name) ?? 'NOT_FOUND')
    const isKnown = names.length > 0 && !types.includes('NOT_FOUND')
    if (isKnown) {
      const rate = wanted !== null && wanted > 0 ? Math.min(wanted, frequency) : frequency
      const fields = names.map((name, i) => ({ name, type: types[i] as RtdeType }))
      client.output = { recipe: recipeOf(fields), period: 1 / rate }
    }
    return { type: 'outputs', recipe: client.version === 1 ? null : isKnown ? 1 : 0, types }
  }
  const setUpInputs = (client: Client, names: readonly string[]): RtdeReply => {
    const types = names.map((name) => {
      const owner = owners.get(name)
      return owner !== undefined && owner !== client ? 'IN_USE' : (inputType(name) ?? 'NOT_FOUND')
    })
    if (names.length === 0 || types.includes('NOT_FOUND') || types.includes('IN_USE')) {
      return { type: 'inputs', recipe: 0, types }
    }
    for (const name of names) owners.set(name, client)
    const id = client.inputs.length + 1
    const recipe = recipeOf(names.map((name, i) => ({ name, type: types[i] as RtdeType })))
    client.inputs = [...client.inputs, { id, recipe }]
    return { type: 'inputs', recipe: id, types }
  }
  const answer = (client: Client, request: RtdeRequest | OtherMessage): void => {
    if (request.type === 'protocolVersion') {
      const accepted = request.version >= 1 && request.version <= protocol
      send(client, { type: 'protocolVersion', accepted })
      if (accepted) client.version = request.version as RtdeVersion
    } else if (request.type === 'controllerVersion') {
      const [major, minor, bugfix, build] = version
      send(client, { type: 'controllerVersion', major, minor, bugfix, build })
    } else if (request.type === 'outputs') send(client, setUpOutputs(client, request.frequency, request.names))
    else if (request.type === 'inputs') send(client, setUpInputs(client, request.names))
    else if (request.type === 'start') {
      client.isStarted = client.output !== null
      client.due = 0
      send(client, { type: 'start', accepted: client.isStarted })
    } else if (request.type === 'pause') {
      client.isStarted = false
      send(client, { type: 'pause', accepted: true })
    } else if (request.type === 'data') {
      const input = client.inputs.find(({ id }) => id === request.recipe)
      const values = input === undefined ? null : readRecipe(input.recipe, request.values)
      if (values !== null) controller.write(values)
    }
  }
  const sendData = (client: Client): void => {
    const { output, damage: harm, peer } = client
    if (output === null) return
    if (harm.says()) sendText(client, 'a message of the simulator', 3)
    const spoilt = harm.spoils()
    const values = Object.fromEntries(
      output.recipe.fields.map(({ name }) => {
        const value = controller.output(name)
        return [name, spoilt && name === 'actual_q' ? [NaN, ...(value as readonly number[]).slice(1)] : value]
      }),
    )
    const recipe = client.version === 1 ? null : 1
    const frame = encodeReply({ type: 'data', recipe, values: writeRecipe(output.recipe, values) }, client.version)
    const { bytes, ends } = harm.apply(frame)
    write(client, bytes)
    if (ends) peer.end()
  }

  return {
    opened: (peer) => {
      const client: Client = {
        peer,
        damage: damage(),
        version: 1,
        output: null,
        inputs: [],
        isStarted: false,
        due: 0,
      }
      clients.add(client)
      const decoder = sizedDecoder(rtdeSize)
      return {
        received: (bytes) => {
          for (const frame of decoder.decode(bytes)) answer(client, decodeRequest(frame, client.version))
          if (decoder.failure !== null) peer.destroy()
        },
        closed: () => {
          clients.delete(client)
          for (const [name, owner] of owners) if (owner === client) owners.delete(name)
        },
      }
    },
    tick: (seconds) => {
      for (const client of clients) {
        if (!client.isStarted || client.output === null) {
          write(client, client.damage.pass(new Uint8Array()))
          continue
        }
        client.due -= seconds
        if (client.due > TOLERANCE) continue
        client.due = Math.max(client.due, -client.output.period) + client.output.period
        sendData(client)
      }
    },
    say: (message, level) => {
      for (const client of clients) sendText(client, message, level)
    },
    get started() {
      return [...clients].filter((client) => client.isStarted).length
    },
  }
}
