/** The grammar of `rivulet train` and its help, which states every default. */
import type { Command } from 'commander'
import { taskIds } from '../environments/tasks.js'
import { defaultHyperparameters } from '../learners/avg/publishedSettings.js'
import { defaultLength } from '../runs/config.js'
import { setting } from './numberText.js'

const papers = (ours: number | readonly number[]): string =>
  `(default: the paper's for the task, else ${typeof ours === 'number' ? setting(ours) : ours.join(',')})`

const { hidden, actorStepSize, criticStepSize, entropyCoefficient, discount, adamBeta1 } = defaultHyperparameters

/** Gives a command the argument and the options of `train`. Each value is left as it was written: codecs read it. */
export const declareTrain = (command: Command): Command =>
  command

    .description("train an agent in a task's world, from its first step to its last, and write down each episode")
    .argument('<task>', `one of ${taskIds.join(', ')}`)
    .option('--steps <N>', `actions to execute (default: ${defaultLength.steps})`)
    .option('--seed <S>', `seed of all randomness; the same one gives the same run (default: ${defaultLength.seed})`)
    .option('--out <DIR>', 'new or empty directory to write to (default: runs/<task>-<algorithm>-s<seed>-<date>)')
    .option(
      '--weights <path>',
      'a .safetensors file, or a directory of layers models, to begin with (default: weights are drawn)',
    )
    .option('--algorithm <name>', 'what learns: avg (default: avg)')
    .option('--actor-step-size <x>', `step size of the actor ${papers(actorStepSize)}`)
    .option('--critic-step-size <x>', `step size of the critic ${papers(criticStepSize)}`)
    .option('--entropy-coefficient <x>', `weight of the entropy bonus ${papers(entropyCoefficient)}`)
    .option('--discount <x>', `weight of the next step's value ${papers(discount)}`)
    .option('--adam-beta1 <x>', `decay of Adam's first moment ${papers(adamBeta1)}`)
    .option('--hidden <widths>', `widths of the hidden layers ${papers(hidden)}`)
    .option(
      '--action-range <name>',
      "clip: cut actions off at the task's bounds; rescale: stretch (-1, 1) to them (default: clip, as in the paper, for " +
        'tasks that the paper has settings for, else rescale)',
    )
    .option(
      '--return-ends-at <name>',
      'which end closes a return for the scaling of TD errors: termination, or episode (default: termination)',
    )
    .option(
      '--log-std-reading <name>',
      "what the actor's log_std is the logarithm of: covariance, or deviation (default: covariance, as published)",
    )
    .option(
      '--engine <name>',
      'what computes: fused, our own kernels, or tfjs, automatic differentiation by TensorFlow.js (default: fused)',
    )
    .option(
      '--kernels <name>',
      'of the fused engine: webassembly, or typescript; each reproduces its own bits (default: webassembly)',
    )
    .option(
      '--threads <N>',
      'of the fused engine, in webassembly: 1, or 2, which is faster where a core is free for each, and slower where not (default: 1)',
    )
    .option(
      '--backend <name>',
      'of the engine tfjs: tensorflow, wasm, or cpu, each with packages to install (default: wasm)',
    )
    .option('--no-normalize-observation', 'leave observations as they are')
    .option('--no-normalize-penultimate', 'leave the last hidden vector at its own length')
    .option('--no-scale-td-error', 'leave TD errors at their own size')
    .option('--no-progress', 'print nothing until the run ends')
    .addHelpText(
      'after',
      '\nSettings that the paper has for a task are listed by rivulet tasks.' +
        '\n\nExample:\n  rivulet train HalfCheetah-v4 --steps 200000 --seed 7 --actor-step-size 0.003 --out runs/try',
    )
