/** Where a viewer's episodes come from: they are made for a page, or recorded of a run for a page that waits. */
import { describe, expect, it } from 'vitest'
import { simulator, taskSpec } from '../../src/environments/tasks.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import { seeded } from '../../src/random.js'
import { plainAct, playedEpisodes } from '../../src/runs/playedEpisodes.js'
import { openVisible } from '../../src/runs/visibleTask.js'
import { liveClips } from '../../src/viewer/liveClips.js'
import type { ClipMessage } from '../../src/viewer/messages.js'
import { replayedClips } from '../../src/viewer/replayedClips.js'

const numberIn = (json: string | null): number | null =>
  json === null ? null : (JSON.parse(json) as ClipMessage).number

describe('replayed episodes', () => {
  const open = async (episodes: number) => {
    const spec = await taskSpec('Hopper-v4')
    const opened = await openVisible(spec, 1)
    const playing = playedEpisodes(opened, plainAct('random', spec, 1), 1)
    let played = 0
    const clips = replayedClips({
      model: opened.scene.model,
      episodes,
      play: async () => {
        const clip = await playing.play()
        if (clip === null) throw new Error('stopped')
        played += 1
        return { ...clip, about: `the ${played}.` }
      },
    })
    return { clips, close: playing.close, played: () => played }
  }

  it('are made one after another, once for all pages', async () => {
    const { clips, close, played } = await open(Infinity)
    const both = await Promise.all([clips.after(0), clips.after(0)])
    expect([both[0] === both[1], numberIn(both[0]), played()]).toEqual([true, 1, 1])
    expect([numberIn(await clips.after(1)), numberIn(await clips.after(0)), played()]).toEqual([2, 1, 2])
    for (let number = 2; number < 12; number++) expect(numberIn(await clips.after(number))).toBe(number + 1)
    // A page that is loaded now begins with the oldest of eight.
    expect(numberIn(await clips.after(0))).toBe(5)
    close()
  })

  it('come again from the first after so many, all of which are kept', async () => {
    const { clips, close, played } = await open(10)
    const seen = []
    for (let number = 0; number <= 10; number++) seen.push(numberIn(await clips.after(number)))
    expect([seen, played()]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1], 10])
    close()
  })
})

describe('episodes of a run', () => {
  const open = async () => {
    const scheduler = virtualClock()
    const own = await simulator('Hopper-v4', { random: seeded(1)('environment') })
    const clips = liveClips({ about: () => 'now', scheduler })
    const world = clips.record(own, own.visible())
    const episode = (): void => {
      world.reset()
      while (!world.step([1, 1, -1]).terminated);
    }
    return { clips, episode, close: own.close, scheduler }
  }

  it('are recorded for a page that waits, from their beginning, and otherwise not', async () => {
    const { clips, episode, close } = await open()
    episode()
    const asked = clips.after(0)
    episode()
    expect(numberIn(await asked)).toBe(2)
    episode()
    // Another page has the newest that there is at once.
    expect(numberIn(await clips.after(0))).toBe(2)
    const next = clips.after(2)
    episode()
    expect(numberIn(await next)).toBe(4)
    close()
  })

  it('are answered with nothing after 20 seconds without one, and when the run ends', async () => {
    const { clips, close, scheduler } = await open()
    const asked = clips.after(0)
    scheduler.advance(20_000)
    expect(await asked).toBeNull()
    const last = clips.after(0)
    clips.close()
    expect(await last).toBeNull()
    close()
  })
})
