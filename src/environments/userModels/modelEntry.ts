/** A model in a file as a task, whose reward and ends its sensors give. */
import { listOf, oneOf, positiveInteger } from '../../edge/codecs.js'
import { field, type SettingFields, type ValuesOf } from '../../edge/settings.js'
import { resetNoiseScale, weight } from '../gymnasium/options.js'
import type { ModelText } from '../mujoco/model.js'
import { type SensedScene, taskOnOutline } from '../mujoco/mujocoTask.js'
import { type ModelOutline, modelOutline } from '../mujoco/outline.js'
import type { MujocoTask } from '../mujoco/task.js'
import { addUniform, squaredNorm } from '../mujoco/terms.js'
import { mujocoEntry, type TaskEntry } from '../taskEntry.js'
import { timeLimitField } from '../timeLimit.js'
import type { MujocoSimulator } from '../mujoco/types.js'
import { modelPrefix } from '../modelTask.js'
import { readMjcf } from './readMjcf.js'
import { endTermOf, endTerms, rewardTermOf, rewardTerms } from './sensorTerms.js'

const origin = 'Rivulet'

/** Seconds of a step, about, if nothing else is said. */
const STEP_SECONDS = 0.02

/** The options of a model's task. */
const fieldsOf = ({ timestep, sensors, keyframes }: ModelOutline) => {
  const names = sensors.map(({ name }) => name)
  const observable = ['qpos', 'qvel', ...names]
  return {
    reward: field(rewardTerms(names), {
      default: [],
      about: 'terms that are summed up, joined by commas: a sensor with a factor; of several numbers, their length',
      origin,
      needed: true,
    }),
    terminated: field(endTerms(names), {
      default: [],
      about: 'conditions that end an episode, joined by commas: a sensor below or above a limit',
      origin,
    }),
    observation: field(listOf(oneOf(observable), 'names'), {
      default: observable,
      about: 'positions of joints (qpos), their velocities (qvel) and sensors, joined by commas',
      origin,
    }),
    controlCostWeight: weight(0, 'the squared action, which is subtracted'),
    frameSkip: field(positiveInteger, {
      default: Math.max(1, Math.round(STEP_SECONDS / timestep)),
      about: 'physics steps for one action',
      origin,
    }),
    stepLimit: field(positiveInteger, { default: 1000, about: 'steps of an episode', origin }),
    resetNoiseScale: resetNoiseScale(0.01),
    keyframe: field(oneOf(['none', ...keyframes]), {
      default: 'none',
      about: 'the keyframe of the model in which episodes begin; none for its own pose',
      origin,
    }),
    timeLimit: { ...timeLimitField('truncated'), origin },
  } satisfies SettingFields
}

type ModelOptions = ValuesOf<ReturnType<typeof fieldsOf>>

/** A sensor's number, or the length of several. */
const magnitudeOf =
  ({ sensors }: ModelOutline) =>
  (name: string): ((scene: SensedScene) => number) =>
    sensors.find((sensor) => sensor.name === name)!.components.length === 1
      ? (scene) => scene.sensor(name)
      : (scene) => scene.length(name)

/** The task of a model with options that were decoded. */
const taskWith = (
  name: string,
  source: ModelText,
  outline: ModelOutline,
  { reward, terminated, controlCostWeight, resetNoiseScale: noise, keyframe, ...rest }: ModelOptions,
): MujocoTask<'sensordata'> => {
  const magnitude = magnitudeOf(outline)
  const terms = reward.map((written) => {
    const { factor, sensor } = rewardTermOf(written)!
    return { factor, of: magnitude(sensor) }
  })
  const ends = terminated.map((written) => {
    const { sensor, side, limit } = endTermOf(written)!
    const of = magnitude(sensor)
    return side === '<' ? (scene: SensedScene) => of(scene) < limit : (scene: SensedScene) => of(scene) > limit
  })
  return taskOnOutline(name, outline, {
    ...rest,
    source,
    reward: (scene, action) => {
      let sum = controlCostWeight === 0 ? 0 : -controlCostWeight * squaredNorm(action)
      for (const { factor, of } of terms) sum += factor * of(scene)
      return sum
    },
    terminated: (scene) => ends.some((isOver) => isOver(scene)),
    begin: (scene, random) => {
      if (keyframe !== 'none') scene.pose(keyframe)
      addUniform(scene.data.qpos, noise, random)
      addUniform(scene.data.qvel, noise, random)
    },
  })
}

/** Says which texts a fault may be in, which MuJoCo does not: it knows no lines of texts that another one includes. */
const explained = (error: unknown, { assets = {} }: ModelText): unknown => {
  const texts = Object.keys(assets).filter((name) => name.endsWith('.xml'))
  if (!(error instanceof Error) || !/line 0\b/.test(error.message) || texts.length === 0) return error
  return new Error(`${error.message} (MuJoCo counts no lines in included files; these are: ${texts.join(', ')})`, {
    cause: error,
  })
}

/**
 * Loads the task of a model in a file.
 *
 * Fails: rejects with an Error of one line for a file that cannot be read, and for a model that does not compile, with MuJoCo's message.
 */
export const modelEntry = async (id: string): Promise<TaskEntry<MujocoSimulator>> => {
  const source = await readMjcf(id.slice(modelPrefix.length))
  let outline: ModelOutline
  try {
    outline = await modelOutline(id, source)
  } catch (error) {
    throw explained(error, source)
  }
  return mujocoEntry(fieldsOf(outline), (options) => taskWith(id, source, outline, options as ModelOptions))
}
