import loadMujoco from '@mujoco/mujoco'
import { afterAll, describe, expect, it } from 'vitest'
import { namesOf, placeFinder } from '../../../src/environments/mujoco/places.js'

const mujoco = await loadMujoco()
const model = mujoco.MjModel.from_xml_string(`
<mujoco>
  <worldbody>
    <light name="lamp"/>
    <camera name="eye"/>
    <body name="cart">
      <freejoint name="free"/>
      <geom size="0.1"/>
      <geom name="ball β" size="0.1"/>
      <site name="top"/>
      <body name="pole">
        <joint name="tilt" type="ball"/>
        <geom size="0.1"/>
      </body>
      <body name="wheel">
        <joint type="slide"/>
        <joint name="spin" type="hinge"/>
        <geom size="0.1"/>
      </body>
    </body>
  </worldbody>
  <tendon><fixed name="cable"><joint joint="spin" coef="1"/></fixed></tendon>
  <equality><joint name="lock" joint1="spin"/></equality>
  <actuator><motor name="engine" joint="spin"/></actuator>
  <sensor><framepos objtype="site" objname="top"/><ballquat name="lean" joint="tilt"/></sensor>
  <keyframe><key name="home"/></keyframe>
</mujoco>`)
afterAll(() => model.delete())

describe('placeFinder', () => {
  const place = placeFinder(model, 'cart')

  it('finds every kind of element', () => {
    expect(place('body', 'wheel')).toEqual({ row: 3 })
    expect(place('geom', 'ball β')).toEqual({ row: 1 })
    for (const [kind, name] of [
      ['site', 'top'],
      ['camera', 'eye'],
      ['light', 'lamp'],
      ['tendon', 'cable'],
      ['actuator', 'engine'],
      ['equality', 'lock'],
      ['keyframe', 'home'],
    ] as const) {
      expect(place(kind, name)).toEqual({ row: 0 })
    }
  })

  it('returns the indexes of the first numbers of joints and sensors', () => {
    expect(place('joint', 'free')).toEqual({ row: 0, qpos: 0, qvel: 0 })
    expect(place('joint', 'tilt')).toEqual({ row: 1, qpos: 7, qvel: 6 })
    expect(place('joint', 'spin')).toEqual({ row: 3, qpos: 12, qvel: 10 })
    expect(place('sensor', 'lean')).toEqual({ row: 1, sensordata: 3, size: 4 })
  })

  it('refuses an unknown name, with the known ones and the nearest', () => {
    expect(() => place('body', 'whel')).toThrow(
      new RangeError(
        "cart: expected the name of a body of the model (world, cart, pole, wheel), got 'whel'; nearest: wheel",
      ),
    )
    expect(() => place('geom', '')).toThrow("(ball β), got ''")
    expect(() => place('joint', 'cable')).toThrow(/\(free, tilt, spin\), got 'cable'$/)
  })

  it('fails with its own message if a model has no names of a kind', () => {
    const bare = mujoco.MjModel.from_xml_string('<mujoco><worldbody><geom size="1"/></worldbody></mujoco>')
    expect(() => placeFinder(bare, 'bare')('geom', 'ball')).toThrow(
      "bare: expected the name of a geom of the model (it has none), got 'ball'",
    )
    bare.delete()
  })
})

it('namesOf returns an empty name for an element without one', () => {
  expect(namesOf(model, 'geom')).toEqual(['', 'ball β', '', ''])
  expect(namesOf(model, 'joint')).toEqual(['free', 'tilt', '', 'spin'])
})
