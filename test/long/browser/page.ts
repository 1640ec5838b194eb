/** The page: trains, listens to a WebSocket, and tells the server what came of both. */
import * as t from 'io-ts'
import { fromWebSocket } from 'rivulet'
import { firstValueFrom, take, toArray } from 'rxjs'
import { train } from './agent.js'

const { host } = new URL(import.meta.url)
const tell = (told: object): Promise<unknown> =>
  fetch(`http://${host}/told`, { method: 'POST', body: JSON.stringify(told) })

try {
  const source = fromWebSocket(`ws://${host}/`, { codec: t.number, backoff: { first: 10 } })
  const heard = await firstValueFrom(source.pipe(take(4), toArray()))
  const pendulum = await train('Pendulum-v1', 2000)
  await tell({ pendulum, cheetah: await train('HalfCheetah-v4', 500), heard })
} catch (error) {
  await tell({ error: String(error) })
}
