import { describe, expect, it } from 'vitest'
import { player } from '../../../src/viewer/page/player.js'

const begun = (frames = 11, stepSeconds = 0.05) => {
  const playing = player()
  playing.begin(frames, stepSeconds)
  return playing
}

describe('a player', () => {
  it('shows each frame from its time on, at any speed', () => {
    const playing = begun()
    const shown = Array.from({ length: 6 }, () => {
      playing.pass(0.1)
      return playing.frame
    })
    expect(shown).toEqual([2, 4, 6, 8, 10, 10])
    playing.begin(11, 0.05)
    playing.setSpeed(0.5)
    playing.pass(0.15)
    expect(playing.frame).toBe(1)
    playing.changeSpeed(1)
    expect(playing.speed).toBe(1)
    for (let i = 0; i < 20; i++) playing.changeSpeed(1)
    expect(playing.speed).toBe(8)
    for (let i = 0; i < 20; i++) playing.changeSpeed(-1)
    expect(playing.speed).toBe(0.1)
  })

  it('rests on the last frame before it is over', () => {
    const playing = begun()
    expect(playing.secondsLeft).toBeCloseTo(0.5)
    playing.pass(0.5)
    expect([playing.frame, playing.isOver]).toEqual([10, false])
    playing.pass(0.5)
    expect(playing.isOver).toBe(false)
    playing.pass(0.2)
    expect(playing.isOver).toBe(true)
  })

  it('stands still while it is paused, and is then not over', () => {
    const playing = begun()
    playing.pass(0.2)
    playing.setPaused(true)
    playing.pass(5)
    expect([playing.frame, playing.isOver, playing.secondsLeft]).toEqual([4, false, Infinity])
    playing.seek(7)
    expect(playing.frame).toBe(7)
    playing.seek(99)
    playing.pass(5)
    expect([playing.frame, playing.isOver]).toEqual([10, false])
    playing.seek(-1)
    expect(playing.frame).toBe(0)
  })

  it('names every frame that it seeks, for a step of any length', () => {
    for (const stepSeconds of [0.008, 0.0125, 0.1, 1 / 3]) {
      const playing = begun(1001, stepSeconds)
      for (let frame = 0; frame <= 1000; frame++) {
        playing.seek(frame)
        expect(playing.frame).toBe(frame)
      }
    }
  })
})
