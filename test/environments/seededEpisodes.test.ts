import { describe, expect, test } from 'vitest'
import { lastValueFrom, take, toArray } from 'rxjs'
import { actuate } from '../../operators/actuate.js'
import { decide } from '../../operators/decide.js'
import { evaluationWorld } from '../../src/drivers/evaluationWorld.js'
import { delayActions } from '../../src/environments/delayActions.js'
import { seededEpisodes } from '../../src/environments/seededEpisodes.js'
import { simulator } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'
import { pipe } from '../../src/streams/pipe.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'

const pendulum = () => simulator('Pendulum-v1', { random: seeded(9)('environment') })
/** A world that draws at every step, so that the next beginning would depend on the length of the episode. */
const delayed = async () => delayActions(await pendulum(), { probabilities: [0.5, 0.5], random: seeded(9)('delays') })

describe('seededEpisodes', () => {
  test('begins the k-th episode in the same way, however long the episodes before were', async () => {
    const beginnings = async (seed: number, lengths: readonly number[]) => {
      const sim = seededEpisodes(await delayed(), seed)
      return lengths.map((length) => {
        const { observation } = sim.reset()
        const seen = [...observation]
        for (let i = 0; i < length; i++) seen.push(...sim.step([1]).observation)
        // What an episode of at least two steps shows, its delays among it.
        return seen.slice(0, 9)
      })
    }
    const first = await beginnings(2, [2, 2, 2, 2])
    expect(await beginnings(2, [7, 50, 3, 2])).toEqual(first)
    expect(new Set(first.map(String)).size).toBe(4)
    expect(await beginnings(3, [2, 2, 2, 2])).not.toEqual(first)
  })

  test('passes a seed on, and takes none of its own for it', async () => {
    const [sim, plain] = [seededEpisodes(await pendulum(), 2), await pendulum()]
    expect(sim.reset(5)).toEqual(plain.reset(5))
    expect(sim.reset()).toEqual(seededEpisodes(await pendulum(), 2).reset())
    expect(sim.spec).toBe(plain.spec)
  })

  test('goes on from a snapshot in another simulator', async () => {
    const [sim, other] = [seededEpisodes(await pendulum(), 2), seededEpisodes(await pendulum(), 7)]
    sim.reset()
    sim.step([1])
    other.restore(structuredClone(sim.snapshot()))
    expect(other.step([0.5])).toEqual(sim.step([0.5]))
    expect([other.reset(), other.reset()]).toEqual([sim.reset(), sim.reset()])
  })

  test('refuses another seed and a snapshot that is none of its own', async () => {
    const sim = seededEpisodes(await pendulum(), 2)
    const foreign = sim.snapshot()
    expect(() => seededEpisodes(scriptedSimulator(), -1)).toThrow('seeded: seed must be an integer')
    expect(() => sim.restore({ ...foreign, task: 'Hopper-v4' })).toThrow(/^seededEpisodes: task of a snapshot/)
    expect(() => sim.restore({ ...foreign, seeds: [0, 0, 0, 0] })).toThrow(/^seededEpisodes: seeds of a snapshot/)
  })
})

test('an evaluation in a new world of the same seed repeats, and closes alone', async () => {
  const run = async (seed: number) => {
    const world = await evaluationWorld('Pendulum-v1', seed)
    const act = (observation: ArrayLike<number>) => [observation[1]]
    const steps = await lastValueFrom(pipe(world.timeSteps, decide(act), actuate(world)).pipe(take(450), toArray()))
    await world.stop()
    world.close()
    return steps.map(({ observation, reward, kind }) => ({ observation, reward, kind }))
  }
  const first = await run(4)
  expect(await run(4)).toEqual(first)
  expect(await run(5)).not.toEqual(first)
})
