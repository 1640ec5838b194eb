/** Two arms in MJCF, of six and of seven joints, and the space of a reacher on each. */
import { type ArmBody, openArmBody } from '../../../src/robots/armSimulator/armBody.js'
import { type ArmModelOptions, openArmModel } from '../../../src/robots/armSimulator/armModel.js'
import type { ArmGeometry } from '../../../src/robots/ur/kinematics.js'
import type { ReacherSetup } from '../../../src/robots/ur/reacherSetup.js'

/** A body with a joint and a link of mass, and the bodies on it. */
const link = (i: number, pos: string, axis: string, range: string, rest: string, euler = '0 0 0'): string =>
  `<body name="link${i}" pos="${pos}" euler="${euler}">
    <joint name="joint${i}" type="hinge" axis="${axis}" range="${range}"/>
    <geom type="sphere" size="0.04" mass="1" contype="0" conaffinity="0"/>
    ${rest}
  </body>`
const model = (bodies: string): string =>
  `<mujoco><compiler angle="radian" autolimits="true"/><worldbody>${bodies}</worldbody></mujoco>`

/** An arm by Universal Robots, from its Denavit-Hartenberg table. */
export const sixJoints = ({ d1, a2, a3, d4, d5, d6 }: ArmGeometry): ArmModelOptions => {
  const half = `${Math.PI / 2}`
  const range = '-6.283 6.283'
  const tool = `<site name="tool" pos="0 0 ${d6}"/>`
  const sixth = link(6, `0 0 ${d5}`, '0 0 1', range, tool, `-${half} 0 0`)
  const fifth = link(5, `0 0 ${d4}`, '0 0 1', range, sixth, `${half} 0 0`)
  const fourth = link(4, `${a3} 0 0`, '0 0 1', range, fifth)
  const third = link(3, `${a2} 0 0`, '0 0 1', '-3.1416 3.1416', fourth)
  const second = link(2, `0 0 ${d1}`, '0 0 1', range, third, `${half} 0 0`)
  return {
    name: 'six joints',
    source: { xml: model(link(1, '0 0 0', '0 0 1', range, second)) },
    joints: [1, 2, 3, 4, 5, 6].map((i) => `joint${i}`),
    tool: 'tool',
  }
}

/** An arm whose joints turn about z and y by turns. */
export const sevenJoints: ArmModelOptions = {
  name: 'seven joints',
  source: {
    xml: model(
      [0.34, 0, 0.4, 0, 0.4, 0, 0.126].reduceRight(
        (rest, z, i) => link(i + 1, `0 0 ${z}`, i % 2 === 0 ? '0 0 1' : '0 1 0', '-2 2', rest),
        '<site name="tool" pos="0 0 0.1"/>',
      ),
    ),
  },
  joints: [1, 2, 3, 4, 5, 6, 7].map((i) => `joint${i}`),
  tool: 'tool',
}

/** A space of a reacher, and the arm's body in it, until `close`. */
export interface ReacherArm extends ReacherSetup {
  readonly body: ArmBody
  close(): void
}

/** A reacher in three dimensions on an arm, with the joints that it drives. */
export const reacherOn = async (
  arm: ArmModelOptions,
  reference: readonly number[],
  driven: readonly number[],
): Promise<ReacherArm> => {
  const { low, high, placeOf, close } = await openArmModel(arm)
  const body = await openArmBody(arm)
  const [x, y, z] = placeOf(reference)
  return {
    name: `Reacher, ${arm.name}`,
    reference,
    driven,
    low: low.map((each, i) => Math.max(each, reference[i] - 0.8)),
    high: high.map((each, i) => Math.min(each, reference[i] + 0.8)),
    box: { low: [x - 0.25, y - 0.25, z - 0.25], high: [x + 0.25, y + 0.25, z + 0.25] },
    axes: [0, 1, 2],
    placeOf,
    mostSpeed: 0.5,
    body,
    close: () => {
      close()
      body.close()
    },
  }
}
