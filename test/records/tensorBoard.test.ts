import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Metrics } from '../../src/records/metrics.js'
import { type TensorBoard, tensorBoard } from '../../src/records/tensorBoard.js'
import { onSmallDisk, withSmallDisk } from '../smallDisk.js'
import { type ReadEvent, readEvents } from './eventReader.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-tensorboard-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const metrics: Metrics = {
  step: 2000,
  seconds: 20.5,
  stepsPerSecond: 100.25,
  memoryBytes: 123_456_789,
  updates: 999,
  means: { tdError: 0.5, actorLoss: -1, criticLoss: 2, temperature: 0.07 },
  moved: { actor: 0.25 },
}

/** An open file in a new directory, at 2026-11-26 by its clock, which a second passes between any two calls. */
const opened = async () => {
  const directory = mkdtempSync(join(place, 'run-'))
  let now = 1_795_651_200_250
  const board = await tensorBoard(directory, { clock: { now: () => (now += 1000) } })
  return { directory, board }
}
const eventsOf = ({ path }: TensorBoard): readonly ReadEvent[] => readEvents(readFileSync(path))

test('has a name that TensorBoard recognizes, and begins with the version of the format', async () => {
  const { directory, board } = await opened()
  expect(readdirSync(directory)).toEqual([`events.out.tfevents.1795651201.${hostname()}`])
  expect(eventsOf(board)).toEqual([{ wallTime: 1_795_651_202.25, step: 0n, fileVersion: 'brain.Event:2', scalars: [] }])
  board.close()
})

test('of two in one directory and second each has a file of its own', async () => {
  const directory = mkdtempSync(join(place, 'run-'))
  const clock = { now: () => 5000 }
  const boards = [await tensorBoard(directory, { clock }), await tensorBoard(directory, { clock })]
  const name = `events.out.tfevents.0000000005.${hostname()}`
  expect(readdirSync(directory).toSorted()).toEqual([name, `${name}.2`])
  for (const board of boards) board.close()
})

test('a window has the tags of Stable-Baselines3 where it has some, and ours under rivulet/', async () => {
  const { board } = await opened()
  board.write(metrics)
  expect(eventsOf(board)[1]).toEqual({
    wallTime: 1_795_651_203.25,
    step: 2000n,
    scalars: [
      ['time/fps', 100.25],
      ['time/time_elapsed', 20.5],
      ['rivulet/tdError', 0.5],
      ['train/actor_loss', -1],
      ['train/critic_loss', 2],
      ['train/ent_coef', Math.fround(0.07)],
      ['rivulet/moved/actor', 0.25],
      ['rivulet/updates', 999],
      ['rivulet/memoryBytes', Math.fround(123_456_789)],
    ],
  })
  board.close()
})

test('numbers that are not known are left out', async () => {
  const { board } = await opened()
  board.write({ ...metrics, stepsPerSecond: null, memoryBytes: null, means: {}, moved: {}, updates: 0 })
  expect(eventsOf(board)[1].scalars).toEqual([
    ['time/time_elapsed', 20.5],
    ['rivulet/updates', 0],
  ])
  board.close()
})

test('an episode has the tags of CleanRL, and a window the means of the last 100 episodes', async () => {
  const { board } = await opened()
  for (let i = 1; i <= 130; i++) board.writeEpisode({ step: 10 * i, length: i, return: -i })
  board.write({ ...metrics, step: 1300 })
  const events = eventsOf(board)
  expect(events[1]).toMatchObject({
    step: 10n,
    scalars: [
      ['charts/episodic_return', -1],
      ['charts/episodic_length', 1],
    ],
  })
  expect(events).toHaveLength(132)
  expect(events[131].scalars.slice(0, 2)).toEqual([
    ['rollout/ep_rew_mean', -80.5],
    ['rollout/ep_len_mean', 80.5],
  ])
  board.close()
})

test('takes tags of your own', async () => {
  const { board } = await opened()
  board.writeScalars(7, { 'eval/mean_reward': 3 })
  expect(eventsOf(board)[1]).toMatchObject({ step: 7n, scalars: [['eval/mean_reward', 3]] })
  for (const step of [-1, 0.5, NaN, 2 ** 53]) {
    expect(() => board.writeScalars(step, { a: 1 })).toThrow(
      `tensorBoard: step: expected an integer from 0 up, got ${step}`,
    )
  }
  expect(eventsOf(board)).toHaveLength(2)
  board.close()
})

describe('fails', () => {
  test('when the directory does not exist', async () => {
    await expect(tensorBoard(join(place, 'none'))).rejects.toThrow('ENOENT')
  })

  test('to write once it is closed, or deleted', async () => {
    const { board } = await opened()
    board.checkPath()
    rmSync(board.path)
    expect(() => board.checkPath()).toThrow('was deleted or moved')
    expect(() => board.write(metrics)).toThrow(`${board.path} was deleted`)
    board.close()
    expect(() => board.write(metrics)).toThrow(`${board.path} is closed`)
  })

  test(
    `on a full disk, and the file has whole records only (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill, free }) => {
      const board = await tensorBoard(disk)
      board.write(metrics)
      fill()
      expect(() => {
        for (let i = 0; i < 100; i++) board.write(metrics)
      }).toThrow('ENOSPC')
      const whole = eventsOf(board).length
      free()
      board.writeEpisode({ step: 9, length: 9, return: 9 })
      expect(eventsOf(board)).toHaveLength(whole + 1)
      board.close()
    }),
  )
})
