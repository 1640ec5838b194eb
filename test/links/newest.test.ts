import { describe, expect, it } from 'vitest'
import { type Job, newest, settle } from '../../src/links/newest.js'

/** Jobs that log what they do; a job with a name in capitals is over when `keep` or `refuse` settles the oldest one's promise. */
const logged = () => {
  const log: string[] = []
  const promises: { readonly keep: () => void; readonly refuse: (error: Error) => void }[] = []
  const place = newest<Job & { readonly name: string }>()
  const job = (name: string, succeeded = (): void => {}) => ({
    name,
    run: () => {
      log.push(name)
      if (name !== name.toUpperCase()) return undefined
      return new Promise<void>((keep, refuse) => promises.push({ keep, refuse }))
    },
    succeeded: () => {
      log.push(`${name} over`)
      succeeded()
    },
    failed: (error: unknown) => log.push(`${name}: ${String(error)}`),
    replaced: () => log.push(`${name} replaced`),
  })
  const push = (name: string, succeeded?: () => void): void => place.push(job(name, succeeded))
  const keep = async (): Promise<void> => {
    promises.shift()!.keep()
    await Promise.resolve()
  }
  const refuse = async (): Promise<void> => {
    promises.shift()!.refuse(new Error('jammed'))
    await Promise.resolve()
  }
  return { log, place, push, keep, refuse }
}

describe('jobs', () => {
  it('begin at once where none is under way', () => {
    const { log, push, place } = logged()
    push('a')
    push('b')
    expect([log, place.underway]).toEqual([['a', 'a over', 'b', 'b over'], null])
  })

  it('wait for the one under way, and only the newest', async () => {
    const { log, push, keep, place } = logged()
    for (const name of ['A', 'b', 'c', 'D']) push(name)
    expect([log, place.underway?.name]).toEqual([['A', 'b replaced', 'c replaced'], 'A'])
    log.length = 0
    await keep()
    expect([log, place.underway?.name]).toEqual([['A over', 'D'], 'D'])
    await keep()
    expect([log, place.underway]).toEqual([['A over', 'D', 'D over'], null])
  })

  it('begin after one that failed, whether it threw or rejected', async () => {
    const { log, push, refuse, place } = logged()
    push('A')
    push('b')
    await refuse()
    place.push({
      name: 'c',
      run: () => {
        throw new Error('stuck')
      },
      failed: (error) => log.push(`c: ${String(error)}`),
    })
    push('d')
    expect(log).toEqual(['A', 'A: Error: jammed', 'b', 'b over', 'c: Error: stuck', 'd', 'd over'])
  })

  it('that are pushed while one is being begun, or from its end, wait until it is over', () => {
    const { log, push, place } = logged()
    place.push({
      name: 'a',
      run: () => {
        push('b')
        log.push('a')
      },
      succeeded: () => {
        push('c')
        log.push('a over')
      },
      failed: () => {},
    })
    expect(log).toEqual(['a', 'b replaced', 'a over', 'c', 'c over'])
  })

  it('that are pushed from the end of one that took its time wait until its end was reported', async () => {
    const { log, push, keep } = logged()
    push('A', () => {
      push('b')
      log.push('reported')
    })
    await keep()
    expect(log).toEqual(['A', 'A over', 'reported', 'b', 'b over'])
  })

  it('nest no deeper for being pushed one from the end of another', () => {
    const { log, push, place } = logged()
    let left = 20_000
    const onward = (): void => void (left-- > 0 && push('a', onward))
    push('a', onward)
    expect([log.length, place.underway]).toEqual([40_002, null])
  })

  it('are over once, even if their promise is settled twice', async () => {
    const { log, push, place } = logged()
    let settleAgain!: () => void
    const twice = {
      // oxlint-disable-next-line unicorn/no-thenable -- a promise of another library, and a faulty one
      then: (kept: () => void) => {
        settleAgain = kept
        kept()
      },
    }
    place.push({ name: 'a', run: () => twice, succeeded: () => log.push('a over'), failed: () => {} })
    await Promise.resolve()
    await Promise.resolve()
    push('B')
    settleAgain()
    await Promise.resolve()
    expect([log, place.underway?.name]).toEqual([['a over', 'B'], 'B'])
  })
})

describe('underway', () => {
  it('is the job whose work is being done, and none while its end is reported', () => {
    const { place } = logged()
    const names: (string | undefined)[] = []
    const note = (): void => void names.push(place.underway?.name)
    place.push({ name: 'a', run: note, succeeded: note, failed: () => {} })
    place.push({
      name: 'b',
      run: () => {
        throw new Error('stuck')
      },
      failed: note,
    })
    expect(names).toEqual(['a', undefined, undefined])
  })
})

describe('drop', () => {
  it('gives up the job that waits, and leaves the one under way', async () => {
    const { log, push, keep, place } = logged()
    push('A')
    expect(place.drop()).toBeNull()
    push('b')
    expect(place.drop()?.name).toBe('b')
    await keep()
    expect([log, place.underway]).toEqual([['A', 'A over'], null])
  })
})

describe('abandon', () => {
  it('gives up both, and the next job does not wait', () => {
    const { log, push, place } = logged()
    expect(place.abandon()).toEqual([])
    push('A')
    push('b')
    expect(place.abandon().map(({ name }) => name)).toEqual(['A', 'b'])
    expect(place.underway).toBeNull()
    push('C')
    expect(log).toEqual(['A', 'C'])
  })

  it.each(['keep', 'refuse'] as const)(
    'makes the end of the job that was under way unheard: no second job begins (%s)',
    async (end) => {
      const given = logged()
      const { log, push, place } = given
      push('A')
      place.abandon()
      push('B')
      push('c')
      await given[end]()
      expect([log, place.underway?.name]).toEqual([['A', 'B'], 'B'])
      await given.keep()
      expect(log).toEqual(['A', 'B', 'B over', 'c', 'c over'])
    },
  )

  it('returns no job whose end is being reported, and a job that was given up may be pushed again', async () => {
    const { log, place, push } = logged()
    push('a', () => void log.push(`given up: ${place.abandon().length}`))
    expect(log).toEqual(['a', 'a over', 'given up: 0'])
    const ends: (() => void)[] = []
    const again: Job & { readonly name: string } = {
      name: 'b',
      run: () => new Promise<void>((resolve) => ends.push(resolve)),
      succeeded: () => log.push('b over'),
      failed: () => {},
    }
    place.push(again)
    place.abandon()
    place.push(again)
    ends[0]()
    await Promise.resolve()
    expect([log.at(-1), place.underway?.name]).toEqual(['given up: 0', 'b'])
    ends[1]()
    await Promise.resolve()
    expect([log.at(-1), place.underway]).toEqual(['b over', null])
  })

  it('may be called from the end of a job, after which another one is under way at most once', () => {
    const { log, push, place } = logged()
    push('a', () => {
      place.abandon()
      push('B')
    })
    push('c')
    expect([log, place.underway?.name]).toEqual([['a', 'a over', 'B'], 'B'])
  })
})

describe('settle', () => {
  it('is over within the call unless a promise is returned', async () => {
    const log: string[] = []
    const note = (word: string) => () => void log.push(word)
    // oxlint-disable-next-line unicorn/no-thenable -- no promise, though it has the field of one
    settle(() => ({ then: 'no function' }), note('object'), note('failed'))
    settle(() => Promise.resolve(), note('kept'), note('failed'))
    settle(() => Promise.reject(new Error('no')), note('kept'), note('rejected'))
    expect(log).toEqual(['object'])
    await Promise.resolve()
    expect(log).toEqual(['object', 'kept', 'rejected'])
  })
})
