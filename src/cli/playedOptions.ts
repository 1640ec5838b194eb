/** The words that `rivulet watch` and `rivulet film` share: what acts in which task. */
import type { Command } from 'commander'
import { guarded, listOf, nonNegativeInteger, oneOf, text, yesOrNo } from '../edge/codecs.js'
import type { Failure } from '../edge/decode.js'
import { conflict } from '../learners/algorithm.js'
import { type PlainActions, plainActions } from '../runs/plainActions.js'
import { fromText } from './textCodecs.js'

/** The codec of an integer with bounds, as the command line writes it. */
export const integerFrom = (from: number, to: number) =>
  fromText(
    guarded(
      `an integer from ${from} to ${to}`,
      (input): input is number => Number.isInteger(input) && Number(input) >= from && Number(input) <= to,
    ),
  )

/** A codec for each option that both read alike, by name. */
export const playedFields = {
  seed: fromText(nonNegativeInteger),
  stochastic: yesOrNo,
  actions: oneOf(plainActions),
  taskOption: listOf(text, 'options of the task'),
}

/** The seed without one on the command line, as that of `rivulet evaluate`. */
export const SEED = 1

/** What is played. */
export interface PlayedRequest {
  /** The directory of a run, a file of a policy, or a task. */
  readonly what: string
  readonly seed: number
  readonly stochastic: boolean
  /** What acts in a task; null for the default, and for a policy. */
  readonly actions: PlainActions | null
  /** Options of a task, as they were written. */
  readonly taskOption: readonly string[]
}

/** Adds the argument, and the options that both have but `--episodes`. */
export const declarePlayed = (command: Command): Command =>
  command
    .argument(
      '<what>',
      'the directory of a run or a file of a policy, which acts, or a task, in which random actions are taken',
    )
    .option('--seed <number>', `seed of the episodes' beginnings and of drawn actions (default: ${SEED})`)
    .option('--stochastic', 'of a policy: draw actions as in training (default: take the mode)')
    .option('--actions <kind>', `of a task: ${plainActions.join(' or ')} (default: ${plainActions[0]})`)
    .option(
      '--task-option <name=value...>',
      'of a task: one of its options, as rivulet tasks <task> lists them; may be repeated (default: the published task)',
    )

/** Options that only a policy or only a task has. */
export const unfitOptions = (
  { stochastic, actions, taskOption }: PlayedRequest,
  isTask: boolean,
): readonly Failure[] => {
  const refuse = (isGiven: boolean, flag: string, got: string, expected: string): readonly Failure[] =>
    isGiven ? [conflict(flag, expected, got)] : []
  return isTask
    ? refuse(stochastic, '--stochastic', 'true', 'nothing with a task, in which no policy acts')
    : [
        ...refuse(actions !== null, '--actions', String(actions), 'nothing with a policy, which acts itself'),
        ...refuse(
          taskOption.length > 0,
          '--task-option',
          taskOption[0],
          'nothing with a policy, whose task has its own',
        ),
      ]
}
