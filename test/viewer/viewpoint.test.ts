/** The first view of scenes: the robot is in the picture, and fills a part of it. */
import { describe, expect, it } from 'vitest'
import { taskSpec } from '../../src/environments/tasks.js'
import { cameraOf, project } from '../../src/film/camera.js'
import { plainAct, playedEpisodes } from '../../src/runs/playedEpisodes.js'
import { openVisible } from '../../src/runs/visibleTask.js'
import { colorsOf } from '../../src/viewer/colors.js'
import { followedTarget, viewpointOf } from '../../src/viewer/viewpoint.js'

const episodeOf = async (task: string) => {
  const spec = await taskSpec(task)
  const opened = await openVisible(spec, 1)
  const episodes = playedEpisodes(opened, plainAct('random', spec, 1), 1)
  const clip = await episodes.play()
  episodes.close()
  if (clip === null) throw new Error('no episode')
  return { model: opened.scene.model, clip }
}

describe.each(['Hopper-v4', 'HalfCheetah-v4', 'Humanoid-v4', 'Reacher-v4', 'Swimmer-v4', 'dm_control/finger-spin'])(
  'the view of %s',
  (task) => {
    it('has all that moves in the picture, in every frame, and not too small', async () => {
      const { model, clip } = await episodeOf(task)
      const viewpoint = viewpointOf(model, clip.frames, clip.sizes)
      const picture = { width: 400, height: 400 }
      const moving = model.shapes.flatMap(({ body }, i) => (model.bodies[body].isFixed ? [] : [i]))
      const out = new Float32Array(3)
      let largest = 0
      for (const frame of clip.frames) {
        const camera = cameraOf(viewpoint, followedTarget(viewpoint, clip.frames[0], frame), picture)
        const places = moving.map((i) => {
          const [x, y, z] = frame.poses.subarray(12 * i, 12 * i + 3)
          project(camera, x, y, z, out, 0)
          return [out[0], out[1]]
        })
        for (const place of places.flat()) {
          expect(place).toBeGreaterThan(0)
          expect(place).toBeLessThan(400)
        }
        const spans = [0, 1].map((axis) => {
          const all = places.map((place) => place[axis])
          return Math.max(...all) - Math.min(...all)
        })
        largest = Math.max(largest, ...spans)
      }
      expect(largest).toBeGreaterThan(90)
    })
  },
)

it('the view of an arm on a fixed base has it in the picture in later episodes too', async () => {
  const spec = await taskSpec('Reacher-v4')
  const opened = await openVisible(spec, 1)
  const episodes = playedEpisodes(opened, plainAct('random', spec, 1), 1)
  const first = await episodes.play()
  if (first === null) throw new Error('no episode')
  const { model } = opened.scene
  const viewpoint = viewpointOf(model, first.frames, first.sizes)
  const camera = cameraOf(viewpoint, viewpoint.target, { width: 400, height: 400 })
  const out = new Float32Array(3)
  for (let k = 0; k < 8; k++) {
    const clip = await episodes.play()
    for (const { poses } of clip?.frames ?? []) {
      model.shapes.forEach(({ body }, i) => {
        if (model.bodies[body].isFixed) return
        project(camera, poses[12 * i], poses[12 * i + 1], poses[12 * i + 2], out, 0)
        expect(Math.max(Math.abs(out[0] - 200), Math.abs(out[1] - 200))).toBeLessThan(200)
      })
    }
  }
  episodes.close()
})

it('limbs have colors of their own, and what the model colors keeps that', async () => {
  const { model } = await episodeOf('Humanoid-v4')
  const colors = colorsOf(model)
  const of = (name: string): string => String(colors[model.shapes.findIndex((shape) => shape.name === name)])
  expect(model.shapes.length).toBeGreaterThan(15)
  const bodies = new Map(model.shapes.map(({ body }, i) => [model.bodies[body].name, String(colors[i])]))
  expect(bodies.get('right_thigh')).not.toBe(bodies.get('left_thigh'))
  expect(bodies.get('right_thigh')).not.toBe(bodies.get('right_shin'))
  expect(bodies.get('right_upper_arm')).not.toBe(bodies.get('left_upper_arm'))
  const [first, ...others] = model.shapes
  const own = [0.1, 0.2, 0.3, 1] as const
  expect(colorsOf({ ...model, shapes: [{ ...first, rgba: own }, ...others] })[0]).toEqual(own)
  expect(of('no such shape')).toBe('undefined')
})
