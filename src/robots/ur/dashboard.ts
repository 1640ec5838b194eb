/** Asks the dashboard server of a controller. */
import { type SchedulerLike, firstValueFrom } from 'rxjs'
import * as t from 'io-ts'
import { reason, SensorError } from '../../failure.js'
import { tcpSessionTo } from '../../links/tcp.js'
import { within } from '../waiting.js'
import { type DashboardCommand, dashboardReply, type DashboardReply } from './dashboardReplies.js'

/** Where the dashboard is. */
export interface DashboardEnd {
  readonly host: string
  readonly port: number
  readonly scheduler: SchedulerLike
}

/** Milliseconds that a question may take. */
const LIMIT = 2000

/**
 * Sends one command, on a connection of its own, and resolves with the answer.
 *
 * Fails: rejects with a SensorError if the dashboard cannot be reached or does not answer within 2 s.
 */
export const askDashboard = async (
  { host, port, scheduler }: DashboardEnd,
  command: DashboardCommand,
): Promise<DashboardReply> => {
  const session = tcpSessionTo(
    'ur5 dashboard',
    { host, port },
    {
      backoff: { retries: 0 },
      patience: LIMIT,
      report: () => {},
      scheduler,
      greeting: async ({ next, send }) => {
        // It greets first.
        await next()
        await send(command)
      },
    },
  )
  const answer = firstValueFrom(session.messages({ parse: (line) => line, codec: t.string }))
  const line = await within(scheduler, LIMIT, answer, null).catch((error: unknown) => {
    throw new SensorError(reason(error))
  })
  if (line === null) throw new SensorError(`ur5 dashboard ${host}:${port}: no answer within ${LIMIT} ms`)
  return dashboardReply(command, line)
}
