/** Compares a compiled model of ours with the facts of Gymnasium's compiled model. */
import loadMujoco, { type MainModule, type MjModel } from '@mujoco/mujoco'
import { expect } from 'vitest'
import { mjcf } from '../../../src/environments/mujoco/mjcf.js'
import type { Model } from '../../../src/environments/mujoco/model.js'
import { namesOf } from '../../../src/environments/mujoco/places.js'
import { largestGap } from '../golden.js'

interface Named {
  readonly name: string | null
}
interface Placed extends Named {
  readonly pos: readonly number[]
  readonly quat: readonly number[]
}
interface Facts {
  readonly option: Readonly<Record<string, number | string | readonly number[]>>
  readonly qpos0: readonly number[]
  readonly totalMass: number
  readonly bodies: readonly (Placed & {
    readonly parent: number
    readonly mass: number
    readonly inertia: readonly number[]
    readonly ipos: readonly number[]
    readonly iquat: readonly number[]
    readonly gravcomp: number
    readonly mocap: boolean
  })[]
  readonly joints: readonly (Named & Readonly<Record<string, unknown>> & { readonly body: number })[]
  readonly geoms: readonly (Placed & Readonly<Record<string, unknown>> & { readonly body: number })[]
  readonly actuators: readonly (Named & Readonly<Record<string, unknown>> & { readonly transmission: string })[]
  readonly sites: readonly (Placed & {
    readonly body: number
    readonly type: string
    readonly size: readonly number[]
  })[]
  readonly tendons: readonly (Named & {
    readonly range: readonly number[]
    readonly limited: boolean
    readonly path: readonly { readonly kind: string; readonly object: number; readonly coef: number }[]
    readonly stiffness: number
    readonly damping: number
    readonly springLength: readonly number[]
    readonly frictionloss: number
  })[]
  readonly sensors: readonly (Named & {
    readonly type: string
    readonly object: string
    readonly size: number
    readonly cutoff: number
  })[]
  readonly equalities: readonly {
    readonly type: string
    readonly objects: readonly number[]
    readonly data: readonly number[]
    readonly solref: readonly number[]
    readonly solimp: readonly number[]
  }[]
  readonly contactPairs: readonly unknown[]
  readonly excludedBodyPairs: readonly unknown[]
}

const tolerance = 1e-9

/** Rows of a table of MuJoCo's: `count` of them, side by side in one array. */
const rows = (table: ArrayLike<number>, count: number): readonly number[][] => {
  const width = table.length / count
  return Array.from({ length: count }, (_, row) => Array.from(table).slice(row * width, (row + 1) * width))
}

const close = (what: string, ours: readonly number[], theirs: unknown): void => {
  const expected = (typeof theirs === 'object' ? theirs : [Number(theirs)]) as readonly number[]
  // MuJoCo's tables may be wider than the printed facts; the further columns are zeros.
  const padded = ours.map((_, i) => expected[i] ?? 0)
  expect(expected.length, `${what}: size`).toBeLessThanOrEqual(ours.length)
  expect(largestGap(ours, padded), `${what}: ours ${ours}, theirs ${expected}`).toBeLessThanOrEqual(tolerance)
}

/** `q` and `-q` are the same rotation. */
const sameRotation = (what: string, ours: readonly number[], theirs: readonly number[]): void => {
  const turned = ours.map((value) => -value)
  const gap = Math.min(largestGap(ours, theirs), largestGap(turned, theirs))
  expect(gap, `${what}: ours ${ours}, theirs ${theirs}`).toBeLessThanOrEqual(tolerance)
}

const jointTypes = ['free', 'ball', 'slide', 'hinge']
const geomTypes = ['plane', 'hfield', 'sphere', 'capsule', 'ellipsoid', 'cylinder', 'box', 'mesh']
const integrators = ['Euler', 'RK4', 'implicit', 'implicitfast']
const solvers = ['PGS', 'CG', 'Newton']
const cones = ['pyramidal', 'elliptic']

/** The kinds of element that have names, by MuJoCo's number of the kind of object. */
const nameTables = ['', 'body', 'body', 'joint', '', 'geom', 'site'] as const

/** Expects the tendons: their paths, limits and springs. */
const expectTendons = (model: MjModel, tendons: Facts['tendons'], mujoco: MainModule): void => {
  expect(namesOf(model, 'tendon')).toEqual(tendons.map(({ name }) => name))
  const kinds = new Map<number, string>([
    [mujoco.mjtWrap.mjWRAP_JOINT.value, 'joint'],
    [mujoco.mjtWrap.mjWRAP_SITE.value, 'site'],
  ])
  tendons.forEach((tendon, row) => {
    const from = (model.tendon_adr as Int32Array)[row]
    const path = tendon.path.map((_, i) => ({
      kind: kinds.get((model.wrap_type as Int32Array)[from + i]),
      object: (model.wrap_objid as Int32Array)[from + i],
    }))
    expect(path).toEqual(tendon.path.map(({ kind, object }) => ({ kind, object })))
    expect((model.tendon_num as Int32Array)[row]).toBe(tendon.path.length)
    if (path[0].kind === 'joint') {
      const coefficients = (model.wrap_prm as Float64Array).slice(from, from + path.length)
      close(
        `tendon ${row} coef`,
        [...coefficients],
        tendon.path.map(({ coef }) => coef),
      )
    }
    expect(Boolean(model.tendon(row)._limited)).toBe(tendon.limited)
    const pair = (table: unknown): number[] => Array.from(table as Float64Array).slice(2 * row, 2 * row + 2)
    close(`tendon ${row} range`, pair(model.tendon_range), tendon.range)
    close(`tendon ${row} spring length`, pair(model.tendon_lengthspring), tendon.springLength)
    const { stiffness, damping, frictionloss } = tendon
    close(`tendon ${row} stiffness`, [(model.tendon_stiffness as Float64Array)[row]], stiffness)
    close(`tendon ${row} damping`, [(model.tendon_damping as Float64Array)[row]], damping)
    close(`tendon ${row} frictionloss`, [(model.tendon_frictionloss as Float64Array)[row]], frictionloss)
  })
}

/** Expects the sensors: their kind, object and place in `sensordata`. */
const expectSensors = (model: MjModel, sensors: Facts['sensors'], mujoco: MainModule): void => {
  expect(namesOf(model, 'sensor')).toEqual(sensors.map(({ name }) => name))
  sensors.forEach(({ type, object, size, cutoff }, row) => {
    const kind = mujoco.mjtSensor[type as 'mjSENS_TOUCH'].value
    const table = nameTables[(model.sensor_objtype as Int32Array)[row]]
    const ours = table === '' ? '' : namesOf(model, table)[(model.sensor_objid as Int32Array)[row]]
    expect([(model.sensor_type as Int32Array)[row], (model.sensor_dim as Int32Array)[row], ours]).toEqual([
      kind,
      size,
      object,
    ])
    close(`sensor ${row} cutoff`, [(model.sensor_cutoff as Float64Array)[row]], cutoff)
  })
}

/** Expects the equalities: what they join, and how stiff they are. */
const expectEqualities = (model: MjModel, equalities: Facts['equalities'], mujoco: MainModule): void => {
  equalities.forEach(({ type, objects, data, solref, solimp }, row) => {
    expect((model.eq_type as Int32Array)[row]).toBe(mujoco.mjtEq[type as 'mjEQ_TENDON'].value)
    const pair = [(model.eq_obj1id as Int32Array)[row], (model.eq_obj2id as Int32Array)[row]]
    expect(pair).toEqual(objects)
    for (const [what, table, theirs] of [
      ['data', model.eq_data, data],
      ['solref', model.eq_solref, solref],
      ['solimp', model.eq_solimp, solimp],
    ] as const) {
      close(`equality ${row} ${what}`, [...rows(table as Float64Array, equalities.length)[row]], theirs)
    }
  })
}

let mujoco: MainModule | undefined

/** Expects the compiled model to have every fact. */
export const expectFacts = async (source: Model, facts: Facts): Promise<void> => {
  mujoco ??= await loadMujoco()
  const model = mujoco.MjModel.from_xml_string(mjcf(source))
  /** The names of all elements of a kind; null for one without a name. */
  const names = (kind: 'body' | 'joint' | 'geom' | 'site' | 'actuator') =>
    namesOf(model, kind).map((name) => (name === '' ? null : name))
  /** Expects one column of a table: a field of MuJoCo's against the facts of all rows. */
  const column = (what: string, table: ArrayLike<number>, theirs: readonly unknown[]): void =>
    rows(table, theirs.length).forEach((ours, row) => close(`${what}[${row}]`, ours, theirs[row]))
  const rotations = (what: string, table: ArrayLike<number>, theirs: readonly (readonly number[])[]): void =>
    rows(table, theirs.length).forEach((ours, row) => sameRotation(`${what}[${row}]`, ours, theirs[row]))

  const { option, bodies, joints, geoms, actuators } = facts
  expect([model.nbody, model.njnt, model.ngeom, model.nu]).toEqual(
    [bodies, joints, geoms, actuators].map(({ length }) => length),
  )
  const opt = model.opt
  close('timestep', [opt.timestep], option['timestep'])
  close('gravity', [...(opt.gravity as Float64Array)], option['gravity'])
  close('density', [opt.density], option['density'])
  close('viscosity', [opt.viscosity], option['viscosity'])
  close('tolerance', [opt.tolerance], option['tolerance'])
  close('iterations', [opt.iterations], option['iterations'])
  close('enableflags', [opt.enableflags], option['enableflags'])
  close('disableflags', [opt.disableflags], option['disableflags'])
  expect(integrators[opt.integrator]).toBe(option['integrator'])
  expect(solvers[opt.solver]).toBe(option['solver'])
  expect(cones[opt.cone]).toBe(option['cone'])
  close('qpos0', [...(model.qpos0 as Float64Array)], facts.qpos0)

  expect(names('body')).toEqual(bodies.map(({ name }) => name))
  for (const [what, table] of [
    ['parent', model.body_parentid],
    ['pos', model.body_pos],
    ['mass', model.body_mass],
    ['inertia', model.body_inertia],
    ['ipos', model.body_ipos],
    ['gravcomp', model.body_gravcomp],
  ] as const) {
    column(
      `body ${what}`,
      table as Float64Array,
      bodies.map((body) => body[what]),
    )
  }
  rotations(
    'body quat',
    model.body_quat as Float64Array,
    bodies.map(({ quat }) => quat),
  )
  rotations(
    'body iquat',
    model.body_iquat as Float64Array,
    bodies.map(({ iquat }) => iquat),
  )
  const masses = [...(model.body_mass as Float64Array)]
  close('total mass', [masses.reduce((sum, mass) => sum + mass, 0)], facts.totalMass)

  /** Of each joint the first number in an array of positions or velocities; a free joint has several. */
  const firsts = (table: unknown, addresses: unknown): Float64Array =>
    Float64Array.from(addresses as Int32Array, (address) => (table as Float64Array)[address])
  expect(names('joint')).toEqual(joints.map(({ name }) => name))
  expect([...(model.jnt_type as Int32Array)].map((type) => jointTypes[type])).toEqual(
    joints.map((joint) => joint['type']),
  )
  for (const [what, table] of [
    ['body', model.jnt_bodyid],
    ['axis', model.jnt_axis],
    ['pos', model.jnt_pos],
    ['range', model.jnt_range],
    ['stiffness', model.jnt_stiffness],
    ['springref', firsts(model.qpos_spring, model.jnt_qposadr)],
    ['damping', firsts(model.dof_damping, model.jnt_dofadr)],
    ['armature', firsts(model.dof_armature, model.jnt_dofadr)],
    ['frictionloss', firsts(model.dof_frictionloss, model.jnt_dofadr)],
    ['margin', model.jnt_margin],
    ['solreflimit', model.jnt_solref],
    ['solimplimit', model.jnt_solimp],
  ] as const) {
    column(
      `joint ${what}`,
      table as Float64Array,
      joints.map((joint) => joint[what]),
    )
  }

  expect(names('geom')).toEqual(geoms.map(({ name }) => name))
  expect([...(model.geom_type as Int32Array)].map((type) => geomTypes[type])).toEqual(geoms.map((geom) => geom['type']))
  for (const [what, table] of [
    ['body', model.geom_bodyid],
    ['size', model.geom_size],
    ['pos', model.geom_pos],
    ['friction', model.geom_friction],
    ['condim', model.geom_condim],
    ['contype', model.geom_contype],
    ['conaffinity', model.geom_conaffinity],
    ['margin', model.geom_margin],
    ['gap', model.geom_gap],
    ['solref', model.geom_solref],
    ['solimp', model.geom_solimp],
    ['priority', model.geom_priority],
  ] as const) {
    column(
      `geom ${what}`,
      table as Float64Array,
      geoms.map((geom) => geom[what]),
    )
  }
  rotations(
    'geom quat',
    model.geom_quat as Float64Array,
    geoms.map(({ quat }) => quat),
  )

  for (const [what, table] of [
    ['target', model.actuator_trnid],
    ['gear', model.actuator_gear],
    ['ctrlRange', model.actuator_ctrlrange],
    ['gainprm', model.actuator_gainprm],
    ['biasprm', model.actuator_biasprm],
    ['forceRange', model.actuator_forcerange],
    ['dynType', model.actuator_dyntype],
    ['dynprm', model.actuator_dynprm],
    ['gainType', model.actuator_gaintype],
    ['biasType', model.actuator_biastype],
  ] as const) {
    column(
      `actuator ${what}`,
      table as Float64Array,
      actuators.map((actuator) => actuator[what]),
    )
  }
  // The binding cannot return arrays of booleans: reading model.jnt_limited throws.
  expect(joints.map((_, id) => Boolean(model.jnt(id).limited))).toEqual(joints.map((joint) => joint['limited']))
  expect(
    actuators.map((_, id) => {
      const { ctrllimited, forcelimited } = model.actuator(id)
      return [Boolean(ctrllimited), Boolean(forcelimited)]
    }),
  ).toEqual(actuators.map((actuator) => [actuator['ctrlLimited'], actuator['forceLimited']]))
  expect(names('actuator')).toEqual(actuators.map(({ name }) => name))
  const transmissions = { joint: mujoco.mjtTrn.mjTRN_JOINT.value, tendon: mujoco.mjtTrn.mjTRN_TENDON.value }
  expect([...(model.actuator_trntype as Int32Array)]).toEqual(
    actuators.map(({ transmission }) => transmissions[transmission as keyof typeof transmissions]),
  )
  const { sites, tendons, sensors, equalities, contactPairs, excludedBodyPairs } = facts
  expect([model.nsensor, model.neq, model.ntendon, model.nsite, model.npair, model.nexclude]).toEqual(
    [sensors, equalities, tendons, sites, contactPairs, excludedBodyPairs].map(({ length }) => length),
  )
  expect(names('site')).toEqual(sites.map(({ name }) => name))
  expect([...(model.site_type as Int32Array)].map((type) => geomTypes[type])).toEqual(sites.map(({ type }) => type))
  for (const [what, table] of [
    ['body', model.site_bodyid],
    ['pos', model.site_pos],
    ['size', model.site_size],
  ] as const) {
    if (sites.length === 0) continue
    column(
      `site ${what}`,
      table as Float64Array,
      sites.map((site) => site[what]),
    )
  }
  if (sites.length > 0) {
    rotations(
      'site quat',
      model.site_quat as Float64Array,
      sites.map(({ quat }) => quat),
    )
  }
  expectTendons(model, tendons, mujoco)
  expectSensors(model, sensors, mujoco)
  expectEqualities(model, equalities, mujoco)
  model.delete()
}
