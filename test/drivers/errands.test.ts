import { describe, expect, it } from 'vitest'
import { errands } from '../../src/drivers/errands.js'
import { turns } from '../../src/schedule.js'
import { turnOf } from './world.js'

/** Errands that note when they are run and over; those with a name in capitals are over when `finish` is called. */
const noted = () => {
  const log: string[] = []
  const under: (() => void)[] = []
  const list = errands((error) => log.push(`failed: ${String(error)}`))
  const send = (name: string): void =>
    list.send({
      run: () => {
        log.push(name)
        return name === name.toUpperCase() ? new Promise<void>((resolve) => under.push(resolve)) : undefined
      },
      after: () => log.push(`${name} over`),
    })
  const finish = async (): Promise<void> => {
    under.shift()!()
    await turnOf(turns)
  }
  return { log, list, send, finish }
}

describe('errands', () => {
  it('are run at once where nothing is under way', () => {
    const { log, send } = noted()
    send('a')
    send('b')
    expect(log).toEqual(['a', 'a over', 'b', 'b over'])
  })

  it('wait for the one under way, and only the newest', async () => {
    const { log, list, send, finish } = noted()
    for (const name of ['A', 'b', 'c', 'd']) send(name)
    expect(log).toEqual(['A'])
    await finish()
    expect([log, list.replaced]).toEqual([['A', 'A over', 'd', 'd over'], 2])
  })

  it('are neither run nor told of once closed', async () => {
    const { log, list, send, finish } = noted()
    send('A')
    send('b')
    list.close()
    send('c')
    await finish()
    expect(log).toEqual(['A'])
  })

  it('fail once closed without a word, and before that with what they throw or reject with', async () => {
    const failing = (close: boolean): Promise<string[]> => {
      const { log, list } = noted()
      list.send({ run: () => Promise.reject(new Error('jammed')) })
      if (close) list.close()
      return turnOf(turns).then(() => log)
    }
    expect(await failing(false)).toEqual(['failed: Error: jammed'])
    expect(await failing(true)).toEqual([])
  })
})
