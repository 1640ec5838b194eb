/** Films, read again by the rules of their formats. */
import { beforeAll, describe, expect, it } from 'vitest'
import { taskSpec } from '../../src/environments/tasks.js'
import { cameraOf, project } from '../../src/film/camera.js'
import { film, type FilmOptions } from '../../src/film/film.js'
import { shotsOf } from '../../src/film/shots.js'
import { plainAct, playedEpisodes } from '../../src/runs/playedEpisodes.js'
import { openVisible } from '../../src/runs/visibleTask.js'
import type { VisibleModel } from '../../src/environments/mujoco/visibleScene.js'
import type { Clip } from '../../src/viewer/clip.js'
import { colorsOf } from '../../src/viewer/colors.js'
import { followedTarget, viewpointOf } from '../../src/viewer/viewpoint.js'
import { decodedGif, decodedPng, hueOf, pixelOf } from './decoded.js'

const [width, height] = [160, 120]
let model: VisibleModel
let clip: Clip
let stepSeconds: number

beforeAll(async () => {
  const spec = await taskSpec('Ant-v4')
  const opened = await openVisible(spec, 1)
  const episodes = playedEpisodes(opened, plainAct('random', spec, 1), 1)
  const played = await episodes.play()
  if (played === null) throw new Error('no episode')
  clip = { ...played, about: '' }
  ;({ model } = opened.scene)
  ;({ stepSeconds } = spec)
  episodes.close()
})

const made = async (changes: Partial<FilmOptions>): Promise<Uint8Array> => {
  const options = {
    format: 'apng',
    width,
    height,
    fps: 20,
    seconds: 0.5,
    contacts: false,
    stepSeconds,
    ...changes,
  } as const
  const result = await film(model, [clip], options)
  for (let i = 0; i < result.length; i++) result.shoot()
  return result.finish()
}
/** Where the upper part of a ball of a frame is in the picture, above what may stand in front of its middle. */
const placeOf = (name: string, frame: number): readonly [column: number, row: number] => {
  const i = model.shapes.findIndex((shape) => shape.name === name)
  const viewpoint = viewpointOf(model, clip.frames, clip.sizes)
  const camera = cameraOf(viewpoint, followedTarget(viewpoint, clip.frames[0], clip.frames[frame]), { width, height })
  const out = new Float32Array(3)
  const [x, y, z] = clip.frames[frame].poses.subarray(12 * i, 12 * i + 3)
  project(camera, x, y, z + 0.7 * clip.sizes[3 * i], out, 0)
  return [out[0], out[1]]
}
const torso = 'torso_geom'
const hueOfShape = (name: string): number =>
  hueOf(colorsOf(model)[model.shapes.findIndex((shape) => shape.name === name)]).hue

describe.each([
  ['apng', decodedPng],
  ['gif', decodedGif],
] as const)('a film as %s', (format, decode) => {
  it('has as many pictures as its time, each shown for its part, and repeats', async () => {
    const decoded = decode(await made({ format }))
    expect([decoded.width, decoded.height, decoded.plays, decoded.frames.length]).toEqual([width, height, 0, 10])
    expect(decoded.frames.map(({ seconds }) => seconds)).toEqual(Array(10).fill(0.05))
  })

  it('shows the robot where it is, in its color, and the floor and the sky around it', async () => {
    const decoded = decode(await made({ format }))
    const shots = shotsOf([clip], { stepSeconds, fps: 20, seconds: 0.5 })
    expect(model.shapes.map(({ name }) => name)).toContain(torso)
    decoded.frames.forEach((frame, i) => {
      const [column, row] = placeOf(torso, shots[i].frame)
      const { hue, saturation } = hueOf(pixelOf(frame, width, column, row))
      expect(saturation).toBeGreaterThan(0.3)
      expect(Math.abs(hue - hueOfShape(torso))).toBeLessThan(15)
      expect(hueOf(pixelOf(frame, width, 5, height - 5)).saturation).toBeLessThan(0.1)
    })
    expect(Buffer.from(decoded.frames[0].rgb).equals(decoded.frames[9].rgb)).toBe(false)
  })

  it('shows contacts where they are asked for', async () => {
    const reds = (rgb: Uint8Array): number => {
      let count = 0
      for (let i = 0; i < rgb.length; i += 3) if (rgb[i] > 150 && rgb[i + 1] < 75 && rgb[i + 2] < 85) count += 1
      return count
    }
    const seen = async (contacts: boolean): Promise<number> =>
      decode(await made({ format, contacts, seconds: 2, fps: 5 })).frames.reduce((sum, { rgb }) => sum + reds(rgb), 0)
    expect(await seen(true)).toBeGreaterThan(10)
    expect(await seen(false)).toBe(0)
  })
})

it('a GIF of 30 pictures a second counts hundredths so that none is late', async () => {
  const { frames } = decodedGif(await made({ format: 'gif', fps: 30, seconds: 0.5 }))
  expect(frames.map(({ seconds }) => seconds)).toEqual(
    [3, 4, 3, 3, 4, 3, 3, 4, 3, 3, 4, 3, 3, 4, 3].map((each) => each / 100),
  )
})

it('shots are at the nearest frames of the simulation, of each episode from its beginning', () => {
  const frames = Array.from({ length: 5 }, () => clip.frames[0])
  const at = (fps: number, seconds: number) =>
    shotsOf([{ frames }, { frames: frames.slice(0, 2) }], { stepSeconds: 0.05, fps, seconds }).map(
      (shot) => `${shot.clip}.${shot.frame}`,
    )
  expect(at(20, 9)).toEqual(['0.0', '0.1', '0.2', '0.3', '0.4', '1.0', '1.1'])
  expect(at(10, 9)).toEqual(['0.0', '0.2', '0.4', '1.0'])
  expect(at(40, 0.1)).toEqual(['0.0', '0.1', '0.1', '0.2'])
  expect(at(10, 0.001)).toEqual(['0.0'])
})
