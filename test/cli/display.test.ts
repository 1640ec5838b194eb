import { EMPTY, NEVER, lastValueFrom, merge, of, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Progress } from '../../operators/progress.js'
import { displayProgress, displayInterval, progressLine, spaced } from '../../src/cli/display.js'
import type { CommandProcess } from '../../src/cli/commandProcess.js'

const progress: Progress = {
  steps: 12_345,
  total: 100_000,
  stepsPerSecond: 1934.4,
  episodes: 12,
  meanReturn: -203.44,
  secondsLeft: 45.3,
  seconds: 6.4,
}
const line = '12,345/100,000 steps, 1,934/s, 12 episodes, mean return -203.4 (last 10), 45 s left'

/** A terminal of 100 columns, or a file, that records its text. */
const processWith = (live: boolean) => {
  const written: string[] = []
  const move = () => true
  const stderr = {
    isTTY: live,
    columns: 100,
    write: (text: string) => written.push(text) > 0,
    cursorTo: move,
    moveCursor: move,
    clearLine: () => written.push('<clear>') > 0,
    once: () => stderr,
    off: () => stderr,
  }
  return { commandProcess: { live, stderr } as unknown as CommandProcess, text: () => written.join('') }
}

describe('progressLine', () => {
  it('shows steps, pace, episodes, mean return and time left', () => {
    expect(progressLine(progress)).toBe(line)
  })

  it('leaves out values that are null', () => {
    expect(progressLine({ ...progress, episodes: 0, meanReturn: null, secondsLeft: null })).toBe(
      '12,345/100,000 steps, 1,934/s, 0 episodes',
    )
    expect(progressLine({ ...progress, episodes: 1 })).toContain('1 episode, mean return -203.4 (last 1)')
  })

  it('fits into 100 columns late in a long run', () => {
    const late = {
      ...progress,
      steps: 999_999,
      total: 1_000_000,
      episodes: 1000,
      meanReturn: -1000,
      secondsLeft: 3599,
    }
    expect(progressLine(late).length).toBeLessThanOrEqual(98)
  })
})

describe('display', () => {
  it('writes plain lines every ten seconds where no line can be redrawn', async () => {
    const { commandProcess, text } = processWith(false)
    const shown = await displayProgress(commandProcess)
    expect(await lastValueFrom(of(progress, progress).pipe(shown, toArray()))).toEqual([progress, progress])
    expect(text()).toBe(`${line}\n${line}\n`)
    expect(displayInterval(commandProcess)).toBe(10_000)
  })

  it('draws one line on a terminal and clears it at the end', async () => {
    const { commandProcess, text } = processWith(true)
    const shown = await displayProgress(commandProcess)
    await lastValueFrom(merge(of(progress), NEVER).pipe(shown, take(1)))
    expect(text()).toContain('starting')
    expect(text().split('<clear>').at(-1)).not.toContain('steps')
    expect(displayInterval(commandProcess)).toBe(100)
  })

  it('clears it when there was no record', async () => {
    const { commandProcess, text } = processWith(true)
    await lastValueFrom(EMPTY.pipe(await displayProgress(commandProcess)), { defaultValue: null })
    expect(text().split('<clear>').at(-1)).not.toContain('starting')
  })
})

describe('spaced', () => {
  const at = (seconds: number): Progress => ({
    steps: seconds,
    total: 100,
    stepsPerSecond: 1,
    episodes: 0,
    meanReturn: null,
    secondsLeft: null,
    seconds,
  })
  const passed = async (every: number | null, times: readonly number[]): Promise<readonly number[]> =>
    (await lastValueFrom(of(...times.map(at)).pipe(spaced(every), toArray()))).map(({ seconds }) => seconds)

  it('passes records on that are far enough apart, and the last one', async () => {
    expect(await passed(10_000, [0.1, 5, 10, 10.1, 12, 20.1, 25])).toEqual([10.1, 20.1, 25])
  })

  it('counts from the first record, as that of a run that goes on', async () => {
    expect(await passed(10_000, [100, 105, 110])).toEqual([110])
  })

  it('passes the last record on once', async () => {
    expect(await passed(1000, [0, 1])).toEqual([1])
    expect(await passed(1000, [0])).toEqual([0])
  })

  it('passes all on without an interval', async () => {
    expect(await passed(null, [0, 0.1, 0.2])).toEqual([0, 0.1, 0.2])
  })
})
