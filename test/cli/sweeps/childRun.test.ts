/** The words and the end of one run of a sweep. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { parse } from '../../../src/cli/parse.js'
import { completeTrain } from '../../../src/cli/repeatRequest.js'
import type { StartChild } from '../../../src/cli/childProcess.js'
import { entryOf, reasonOf, startRun, type SweepJob, wordsOf } from '../../../src/cli/sweeps/childRun.js'
import type { TrainWords } from '../../../src/cli/trainRequest.js'
import { decode } from '../../../src/edge/decode.js'
import { experimentFile } from '../../../src/runs/sweep/experimentFile.js'
import type { Found } from '../../../src/runs/sweep/foundRun.js'
import { type PlannedRun, plannedRuns } from '../../../src/runs/sweep/plannedRuns.js'

const planned = async (changed: object): Promise<readonly PlannedRun[]> => {
  const base = { tasks: ['Pendulum-v1'], algorithms: ['avg'], seeds: [5], steps: 300 }
  const decoded = decode(experimentFile)({ ...base, ...changed })
  if (isLeft(decoded)) throw new Error(JSON.stringify(decoded.left))
  const runs = await plannedRuns(decoded.right)
  if (isLeft(runs)) throw new Error(JSON.stringify(runs.left))
  return runs.right
}
/** An option of each kind. */
const hopperOptions = { healthyReward: 1e-5, terminateWhenUnhealthy: false, healthyZRange: [0.8, 'none'], frameSkip: 3 }

const jobOf = (run: PlannedRun, found: Found = 'new'): SweepJob => ({
  run,
  directory: 'out',
  found,
  checkpointEvery: null,
})

describe('the words of a run', () => {
  it.each<[string, object]>([
    ['of every algorithm', { algorithms: ['avg', 'iac', 'sac-1', 'sac', 'td3', 'td3-1', 'ppo', 'stream-ac'] }],
    ['of numbers that are small', { settings: { actorStepSize: [1.1e-5, 0.1 + 0.2], adamEpsilon: 1.5e-9 } }],
    [
      'of switches, lists and words',
      {
        settings: {
          hidden: [[8, 16]],
          normalizeObservation: [true, false],
          appendTime: true,
          clipReward: ['none', 5],
          kernels: 'typescript',
          scaleTdError: false,
        },
      },
    ],
    ['of a number below 0', { algorithms: ['sac'], settings: { targetEntropy: [-3.5, 'auto'] } }],
    ['of a search', { algorithms: ['avg', 'sac-1'], search: { configurations: 4 } }],
    ['of a task with options', { tasks: ['Hopper-v5'], settings: { taskOptions: [{}, hopperOptions] } }],
    [
      'of a task on a model in a file',
      {
        tasks: ['mjcf:examples/arm.xml'],
        settings: {
          taskOptions: { reward: ['-1*to target', '-0.1*to target'], terminated: ['to target<0.02'], stepLimit: 50 },
        },
      },
    ],
    ['of another engine', { settings: { engine: 'tfjs', backend: 'cpu' } }],
  ])('%s are read as its settings', async (_what, changed) => {
    for (const run of await planned(changed)) {
      const read = parse(wordsOf(jobOf(run)))
      if (isLeft(read)) throw new Error(JSON.stringify(read.left))
      const request = await completeTrain(read.right.asked as TrainWords)
      expect(request).toMatchObject({ right: { settings: run.settings, out: 'out', log: 'json', progress: false } })
    }
  })

  it('that has begun are those of resume', async () => {
    const [run] = await planned({})
    const words = wordsOf({ ...jobOf(run, 'begun'), checkpointEvery: 50 })
    expect(words.join(' ')).toBe('resume out --steps 300 --log json --no-progress --checkpoint-every 50')
  })
})

describe('a run', () => {
  it('is as far as the lines of its log say', async () => {
    const [run] = await planned({})
    const lines = [
      '{"event":"start","version":1}',
      '{"event":"episode","step":200,"seconds":1.5,"return":-10}',
      '{"event":"metrics","step":250,"seconds":2}',
      '{"event":"episode","step":260,"seconds":2.25,"return":-20}',
      '{"event":"episode","step":280,"seconds":2.5,"return":"NaN"}',
      'no JSON',
      '{"event":"end","step":300,"seconds":3,"outcome":"completed"}',
    ]
    const start: StartChild = async (_words, onLine) => {
      lines.forEach(onLine)
      return { ended: Promise.resolve({ code: 0, signal: null, errors: '' }), signal: () => undefined }
    }
    let calls = 0
    const { extent } = await startRun(start, jobOf(run), () => calls++)
    expect(calls).toBe(lines.length)
    expect(extent()).toEqual({
      executed: 300,
      seconds: 3,
      returns: { episodes: 2, first: [-10, -20], last: [-10, -20] },
    })
    expect(entryOf(run, extent(), null)).toEqual({
      run: 'Pendulum-v1-avg-s5',
      outcome: 'finished',
      steps: 300,
      seconds: 3,
      meanReturn: -15,
    })
  })

  it.each([
    [{ code: 1, signal: null, errors: 'rivulet: one\nrivulet: two\n' }, 'one; two'],
    [{ code: 7, signal: null, errors: '' }, 'its process ended with the exit code 7'],
    [{ code: null, signal: 'SIGKILL' as const, errors: '' }, 'its process was ended by SIGKILL'],
    [
      {
        code: null,
        signal: 'SIGABRT' as const,
        errors: '<--- Last few GCs --->\nFATAL ERROR: heap out of memory\n 1: 0x1\n',
      },
      'its process was ended by SIGABRT; FATAL ERROR: heap out of memory',
    ],
  ])('that ended by %j says why', (end, line) => {
    expect(reasonOf(end)).toBe(line)
  })
})
