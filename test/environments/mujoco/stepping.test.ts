import { describe, expect, it } from 'vitest'
import { halfCheetahModel } from '../../../src/environments/gymnasium/halfCheetah.js'
import { hopperModel } from '../../../src/environments/gymnasium/hopper.js'
import { openPhysics } from '../../../src/environments/mujoco/physics.js'
import type { Stepping } from '../../../src/environments/mujoco/task.js'

describe.each([
  ['Euler', halfCheetahModel],
  ['Runge-Kutta', hopperModel],
])('the orders of steps with the %s integrator', (_, source) => {
  const open = (stepping: Stepping) =>
    openPhysics({ name: 'robot', source, stepping, reads: ['xpos', 'cfrc_ext', 'qfrc_actuator'], moves: [] })
  const control = (k: number) => Float64Array.from(source.actuators, (_actuator, i) => Math.sin(k + i))
  /** Five actions of three steps each, from a fall to the floor. */
  const run = (physics: Awaited<ReturnType<typeof open>>, from = 0) => {
    for (let k = from; k < from + 5; k++) physics.advance(control(k), 3)
  }

  it('move alike', async () => {
    const [gymnasium, suite] = await Promise.all([open('gymnasium'), open('suite')])
    for (const physics of [gymnasium, suite]) {
      physics.begin(() => undefined)
      run(physics)
    }
    expect(suite.snapshot().integration).toEqual(gymnasium.snapshot().integration)
    gymnasium.close()
    suite.close()
  })

  it('leave positions one step old, or derive them again; forces stay those of the last step', async () => {
    const [gymnasium, suite] = await Promise.all([open('gymnasium'), open('suite')])
    const derived = [gymnasium, suite].map((physics) => {
      physics.begin(() => undefined)
      run(physics)
      const { xpos, qfrc_actuator: forces } = physics.scene.data
      const before = { xpos: xpos.slice(), forces: forces.slice() }
      physics.scene.forward()
      return { before, after: { xpos: xpos.slice(), forces: forces.slice() } }
    })
    expect(derived[0].before.xpos).not.toEqual(derived[0].after.xpos)
    expect(derived[1].before.xpos).toEqual(derived[1].after.xpos)
    expect(derived[1].before.forces).toEqual(derived[0].before.forces)
    gymnasium.close()
    suite.close()
  })

  it.each(['gymnasium', 'suite'] as const)('continue from a snapshot bit for bit: %s', async (stepping) => {
    const [one, other] = await Promise.all([open(stepping), open(stepping)])
    one.begin(() => undefined)
    run(one)
    const middle = one.snapshot()
    other.restore(middle)
    expect(other.snapshot()).toEqual(middle)
    run(one, 5)
    run(other, 5)
    expect(other.snapshot()).toEqual(one.snapshot())
    one.close()
    other.close()
  })

  it('take no step for an action of none', async () => {
    const suite = await open('suite')
    suite.begin(() => undefined)
    const before = suite.snapshot()
    suite.advance(control(0).fill(0), 0)
    expect(suite.snapshot()).toEqual(before)
    suite.close()
  })
})
