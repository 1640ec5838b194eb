/** Manipulator: a planar arm with a hand, which has to bring a ball to a target. */
import { defaultsOf, type ValuesOf } from '../../edge/settings.js'
import { cos, sin } from '../../kernels/elementary.js'
import { logOnePlus } from '../../kernels/inverses.js'
import type { Random } from '../../types.js'
import type { MujocoTask } from '../mujoco/task.js'
import { manipulatorModel } from './manipulatorModel.js'
import { placeWithoutContacts, uniformBetween } from './placement.js'
import { motor, suiteFields, suiteTask } from './suite.js'
import { tolerance } from './tolerance.js'

const armJoints = ['arm_root', 'arm_shoulder', 'arm_elbow', 'arm_wrist']
/** In the order of the observation, which is not that of the model. */
const joints = [...armJoints, 'finger', 'fingertip', 'thumb', 'thumbtip']
const ballJoints = ['ball_x', 'ball_z', 'ball_y']
const touches = ['palm', 'finger', 'thumb', 'fingertip', 'thumbtip']
const bodies = { hand: 'hand', ball: 'ball', target: 'target_ball' }
const spoken = (name: string): string => name.replace('_', ' ')

/** The components of the place and the rotation of a body in the plane. */
const pose = (name: string) =>
  [
    [`${name} position along x`, 'm'],
    [`${name} position along z`, 'm'],
    [`cosine of half the ${name}'s angle`, '1'],
    [`sine of half the ${name}'s angle`, '1'],
  ] as const

const close = tolerance({ bounds: [0, 0.01], margin: 0.02 })

/** How likely the ball is in the hand at the beginning of an episode, and how likely in the target. */
const inHand = 0.1
const inTarget = 0.1

/** An angle from -π up to π. */
const wrapped = (angle: number): number => angle - 2 * Math.PI * Math.floor(angle / (2 * Math.PI) + 0.5)

/** Options of the task. */
export const fields = suiteFields

/**
 * Manipulator as the suite defines it: rewarded for a ball near the target. Episodes begin with the arm in any posture without contacts and the
 * target anywhere before the walls. The ball is in the hand in one episode of ten and in the target in another, as far as that is without contacts, and
 * else anywhere, with a velocity along x of up to 5 m/s. Golden: test/golden/dm_control/manipulator-bring_ball.json.
 */
export const manipulator =
  (variant: 'bring_ball') =>
  (
    options: Partial<ValuesOf<typeof fields>> = {},
  ): MujocoTask<'sensordata' | 'site_xpos' | 'xpos' | 'xquat', 'body_pos' | 'body_quat'> =>
    suiteTask(
      {
        name: `manipulator-${variant}`,
        observation: [
          ...joints.flatMap((name) => [
            [`sine of the ${spoken(name)} angle`, '1'] as const,
            [`cosine of the ${spoken(name)} angle`, '1'] as const,
          ]),
          ...joints.map((name) => [`${spoken(name)} velocity`, 'rad/s'] as const),
          ...touches.map((name) => [`log(1 + touch at the ${name})`, '1'] as const),
          ...pose('hand'),
          ...pose('ball'),
          ['ball velocity along x', 'm/s'],
          ['ball velocity along z', 'm/s'],
          ['ball angular velocity', 'rad/s'],
          ...pose('target'),
        ],
        action: ['root', 'shoulder', 'elbow', 'wrist', 'grasp'].map((name) => motor(`${name} torque`)),
        source: manipulatorModel,
        substeps: 10,
        reads: ['sensordata', 'site_xpos', 'xpos', 'xquat'],
        moves: ['body_pos', 'body_quat'],
        rules: (scene) => {
          const { data, model, place, compiled, forward } = scene
          const range = compiled('jnt_range')
          const jointPlaces = joints.map((name) => place('joint', name))
          const armPlaces = armJoints.map((name) => place('joint', name))
          const limits = armPlaces.map(({ row }, i): readonly [number, number] =>
            i === 0 ? [-Math.PI, Math.PI] : [range[2 * row], range[2 * row + 1]],
          )
          const [thumb, finger] = ['thumb', 'finger'].map((name) => place('joint', name))
          const digitLimits = [range[2 * thumb.row], range[2 * thumb.row + 1]] as const
          const [ballX, ballZ, ballY] = ballJoints.map((name) => place('joint', name))
          const ballVelocities = [ballX.qvel, ballZ.qvel, ballY.qvel]
          const firstTouch = place('sensor', 'palm_touch').sensordata
          const rows = Object.values(bodies).map((name) => place('body', name).row)
          const target = place('body', bodies.target).row
          const [grasp, ballSite, targetSite] = ['grasp', 'ball', 'target_ball'].map(
            (name) => 3 * place('site', name).row,
          )

          const placeBall = (x: number, z: number, angle: number): void => {
            data.qpos[ballX.qpos] = x
            data.qpos[ballZ.qpos] = z
            data.qpos[ballY.qpos] = angle
          }
          const attempt = (random: Random): void => {
            const { qpos, qvel } = data
            armPlaces.forEach(({ qpos: at }, i) => {
              qpos[at] = uniformBetween(...limits[i], random)
            })
            qpos[thumb.qpos] = uniformBetween(...digitLimits, random)
            qpos[finger.qpos] = qpos[thumb.qpos]
            for (const tip of ['thumbtip', 'fingertip']) {
              const { row, qpos: at } = jointPlaces[joints.indexOf(tip)]
              qpos[at] = uniformBetween(range[2 * row], range[2 * row + 1], random)
            }
            const x = uniformBetween(-0.4, 0.4, random)
            const z = uniformBetween(0.1, 0.4, random)
            const angle = uniformBetween(-Math.PI, Math.PI, random)
            model.body_pos[3 * target] = x
            model.body_pos[3 * target + 2] = z
            model.body_quat[4 * target] = cos(angle / 2)
            model.body_quat[4 * target + 2] = sin(angle / 2)
            const kind = random.uniform()
            if (kind < inHand) {
              forward()
              // The hinges of the arm have one axis, so that the direction of the hand is the sum of their angles.
              const direction = armPlaces.reduce((sum, { qpos: at }) => sum + qpos[at], 0)
              placeBall(data.site_xpos[grasp], data.site_xpos[grasp + 2], Math.PI - wrapped(direction))
            } else if (kind < inHand + inTarget) {
              placeBall(x, z, angle)
            } else {
              placeBall(
                uniformBetween(-0.5, 0.5, random),
                uniformBetween(0, 0.7, random),
                uniformBetween(0, 2 * Math.PI, random),
              )
              qvel[ballX.qvel] = uniformBetween(-5, 5, random)
            }
          }
          return {
            // A velocity of the ball stays from attempt to attempt, as in the suite.
            begin: (random) => placeWithoutContacts('manipulator', scene, () => attempt(random)),
            observe: () => {
              const { qpos, qvel, sensordata, xpos, xquat } = data
              const seen = new Float64Array(44)
              for (let i = 0; i < joints.length; i++) {
                const angle = qpos[jointPlaces[i].qpos]
                seen[2 * i] = sin(angle)
                seen[2 * i + 1] = cos(angle)
                seen[16 + i] = qvel[jointPlaces[i].qvel]
              }
              for (let i = 0; i < touches.length; i++) seen[24 + i] = logOnePlus(sensordata[firstTouch + i])
              for (let i = 0; i < rows.length; i++) {
                // The velocity of the ball stands before the pose of the target.
                const at = i === 2 ? 40 : 29 + 4 * i
                seen[at] = xpos[3 * rows[i]]
                seen[at + 1] = xpos[3 * rows[i] + 2]
                seen[at + 2] = xquat[4 * rows[i]]
                seen[at + 3] = xquat[4 * rows[i] + 2]
              }
              for (let i = 0; i < 3; i++) seen[37 + i] = qvel[ballVelocities[i]]
              return seen
            },
            reward: () => {
              let squares = 0
              for (let i = 0; i < 3; i++) {
                const gap = data.site_xpos[targetSite + i] - data.site_xpos[ballSite + i]
                squares += gap * gap
              }
              return close(Math.sqrt(squares))
            },
          }
        },
      },
      { ...defaultsOf(fields), ...options },
    )
