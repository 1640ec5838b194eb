/** Opens what `rivulet watch` and `rivulet film` show: a policy in its task, or a task. */
import { statSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, nearestName, printable } from '../edge/decode.js'
import { isGymnasiumTask, listedTask, robotTaskFailures } from '../environments/runTask.js'
import { taskIds, taskOrModel, taskSpec } from '../environments/tasks.js'
import { reason } from '../failure.js'
import { policy } from '../learners/policy/policy.js'
import { readPolicyFile } from '../learners/policy/policyFiles.js'
import { seeded } from '../random.js'
import type { Act } from '../runs/evaluation.js'
import { plainActions } from '../runs/plainActions.js'
import { plainAct, type PlayedEpisodes, playedEpisodes } from '../runs/playedEpisodes.js'
import { fieldsOfTask } from '../runs/specOfRun.js'
import { hasScene, openVisible, tasksWithoutScene, type VisibleSimulator } from '../runs/visibleTask.js'
import type { Spec } from '../types.js'
import { type Exit, badInput, failed } from './exit.js'
import { type PlayedRequest, unfitOptions } from './playedOptions.js'
import { checkTask, policyFileAt, refusal } from './policyPath.js'
import { readTaskOptions } from './taskOptions.js'

/** What is shown, opened. */
export interface Played extends VisibleSimulator {
  readonly spec: Spec
  readonly episodes: PlayedEpisodes
  /** A phrase that says what acts: `the policy of runs/try`, `random actions`. */
  readonly acting: string
}

/** What acts, before its simulator is opened. */
interface Actor {
  readonly spec: Spec
  readonly acting: string
  readonly act: Act
}
type Attempt<A> = TE.TaskEither<readonly Failure[], A>

/** Refuses a task that has no scene. */
const checkScene =
  (path: string, id: string): Attempt<void> =>
  async () => {
    if (await hasScene(id)) return E.right(undefined)
    const refused = robotTaskFailures(path, [id])
    if (refused.length > 0) return E.left(refused)
    if (isGymnasiumTask(id)) {
      const got = `${printable(id)}, an environment in Python`
      return E.left(refusal(path, 'a task on MuJoCo, which has a scene', got))
    }
    if (!taskOrModel.is(id)) {
      const expected = 'a policy for a task of this version, as rivulet tasks lists them'
      return E.left(refusal(path, expected, printable(id), nearestName(id, taskIds)))
    }
    const others = (await tasksWithoutScene()).join(', ')
    return E.left(refusal(path, `a task on MuJoCo, which has a scene, as all have but ${others}`, printable(id)))
  }

const ofPolicy = (request: PlayedRequest): Attempt<Actor> =>
  pipe(
    policyFileAt(request.what),
    TE.bindTo('path'),
    TE.bind('saved', ({ path }) => readPolicyFile(path)),
    TE.tap(({ path, saved }) => checkScene(path, saved.spec.name)),
    // A model in a file may be gone.
    TE.tap(
      ({ saved }) =>
        () =>
          fieldsOfTask(saved.spec.name),
    ),
    TE.bind('spec', ({ saved: { spec } }) => TE.fromTask(() => taskSpec(spec.name, spec.taskOptions))),
    TE.tapEither(({ path, saved, spec }) => {
      const failures = checkTask(path, saved.spec, spec)
      return failures.length === 0 ? E.right(undefined) : E.left(failures)
    }),
    TE.map(({ saved, spec }) => ({
      spec,
      act: policy(saved, request.stochastic ? { random: seeded(request.seed)('policy') } : {}),
      acting: `the policy of ${request.what}${request.stochastic ? ', actions drawn' : ''}`,
    })),
  )

const ofTask = ({ what, seed, actions, taskOption }: PlayedRequest): Attempt<Actor> =>
  pipe(
    checkScene('what', what),
    TE.flatMap(() => () => fieldsOfTask(what)),
    TE.flatMapEither((fields) => readTaskOptions(fields, taskOption)),
    TE.flatMap((taskOptions) => TE.fromTask(() => taskSpec(what, taskOptions))),
    TE.map((spec) => {
      const kind = actions ?? plainActions[0]
      return { spec, act: plainAct(kind, spec, seed), acting: kind === 'zeros' ? 'actions of 0' : 'random actions' }
    }),
  )

const actorOf = (request: PlayedRequest): Attempt<Actor> => {
  const { what } = request
  const isThere = statSync(what, { throwIfNoEntry: false }) !== undefined
  const isTask = !isThere && listedTask.is(what)
  if (!isThere && !isTask) {
    const expected = 'the directory of a run, a file of a policy, or a task (rivulet tasks lists them)'
    return TE.left(refusal('what', expected, printable(what), nearestName(what, taskIds)))
  }
  const unfit = unfitOptions(request, isTask)
  if (unfit.length > 0) return TE.left(unfit)
  return isTask ? ofTask(request) : ofPolicy(request)
}

/** Opens what a request names. Its `episodes` are closed by the caller. */
export const openPlayed = (request: PlayedRequest): TE.TaskEither<Exit, Played> =>
  pipe(
    actorOf(request),
    TE.mapLeft(badInput),
    TE.flatMap(({ spec, act, acting }) =>
      TE.tryCatch(
        async () => {
          const opened = await openVisible(spec, request.seed)
          return { ...opened, spec, acting, episodes: playedEpisodes(opened, act, request.seed) }
        },
        (error) => failed(`world: ${reason(error)}`),
      ),
    ),
  )

/** Stops and frees what is shown. */
export const closePlayed = ({ episodes }: Played): TE.TaskEither<Exit, void> =>
  TE.tryCatch(
    async () => {
      await episodes.stop()
      episodes.close()
    },
    (error) => failed(`world: ${reason(error)}`),
  )
