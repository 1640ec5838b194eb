/** The options of `rivulet train` and its help: an option for each setting, of which the help shows those of the algorithm on the command line. */
import { type Command, Help, Option } from 'commander'
import type { SettingField, SettingFields } from '../edge/settings.js'
import type { Algorithm } from '../learners/algorithm.js'
import { algorithmNames, algorithms } from '../runs/algorithms.js'
import { defaultEngine } from '../runs/config.js'
import { runFieldsOf } from '../runs/runFields.js'
import { dashboardFlags, dashboardHelp } from './dashboardOptions.js'
import { helpText, negationOf, optionText } from './settingText.js'
import { flagOf } from './textCodecs.js'

/** One line of help. */
interface OptionLine {
  readonly flags: string
  readonly help: string
  readonly group: string
}

/** The option of a setting in the help; for a boolean the one that changes the default. */
const shownFlags = (name: string, field: SettingField<unknown>): string => {
  if (typeof field.default !== 'boolean') return optionText(name, field)
  return field.default ? negationOf(name) : flagOf(name)
}

const linesOf = (fields: SettingFields, group: string, of = ''): readonly OptionLine[] =>
  Object.entries(fields).map(([name, field]) => ({
    flags: shownFlags(name, field),
    help: of + helpText(field),
    group,
  }))

const ENGINE = 'What computes:'
const RUN = 'Options:'

const enginesOf = (algorithm: Algorithm): readonly OptionLine[] => {
  const engines = Object.entries(algorithm.engines)
  const all = engines.map(([name, { about }]) => `${name}: ${about}`).join('; ')
  return [
    { flags: '--engine <name>', help: `${all} (default: ${defaultEngine(algorithm)})`, group: ENGINE },
    ...engines.flatMap(([name, { options }]) => linesOf(options, ENGINE, `of ${name}: `)),
  ]
}

/** All options of a run of an algorithm, in the order of its help. */
const optionsOf = (algorithm: Algorithm): readonly OptionLine[] => [
  ...linesOf(runFieldsOf(algorithm), RUN),
  {
    flags: '--out <DIR>',
    help: 'new or empty directory to write to (default: runs/<task>-<algorithm>-s<seed>-<date>)',
    group: RUN,
  },
  {
    flags: '--task-option <name=value...>',
    help: 'an option of the task, as rivulet tasks <task> lists them; may be repeated (default: the published task)',
    group: RUN,
  },
  {
    flags: '--python <path>',
    help: 'of a task gymnasium:<id>: the Python that has the package gymnasium (default: python3)',
    group: RUN,
  },
  {
    flags: '--config <file>',
    help: "the config.json of a run, to repeat it; other options are in its settings' place",
    group: RUN,
  },
  {
    flags: '--weights <path>',
    help: 'a .safetensors file, or a directory of layers models, to begin with (default: weights are drawn)',
    group: RUN,
  },
  {
    flags: '--checkpoint-every <number>',
    help: 'actions from one checkpoint to the next (default: those of about a minute)',
    group: RUN,
  },
  { flags: '--no-progress', help: 'print no progress', group: RUN },
  { flags: dashboardFlags, help: dashboardHelp, group: RUN },
  { flags: '--tensorboard', help: 'write an event file for TensorBoard as well', group: RUN },
  {
    flags: '--log <format>',
    help: 'standard output. text: one sentence at the end; json: a line of JSON for each event (default: text)',
    group: RUN,
  },
  {
    flags: '--algorithm <name>',
    help: `what learns: ${algorithmNames.join(', ')} (default: ${algorithmNames[0]})`,
    group: RUN,
  },
  ...linesOf(algorithm.fields, `Settings of ${algorithm.name}:`),
  ...enginesOf(algorithm),
]

/** Both options of each boolean setting of an algorithm, and the one option of each other setting. */
const declaredFlags = (algorithm: Algorithm): readonly string[] => {
  const engines = Object.values(algorithm.engines)
  const fields = Object.assign({}, runFieldsOf(algorithm), algorithm.fields, ...engines.map(({ options }) => options))
  const switches = Object.entries(fields as SettingFields).filter(
    ([, { default: value }]) => typeof value === 'boolean',
  )
  // The option that turns a setting on comes before the one that turns it off; otherwise commander would set it to true by default.
  return [
    ...switches.flatMap(([name]) => [flagOf(name), negationOf(name)]),
    ...optionsOf(algorithm).map(({ flags }) => flags),
  ]
}

/** Adds the argument and the options of `train` to a command. Values stay text: codecs read them. */
export const declareTrain = (command: Command): Command => {
  command
    .description('train an agent on a task, and write a line for each episode')
    .argument('[task]', 'a task, as rivulet tasks lists them; with --config, by default the task of that run')
    .addHelpText(
      'after',
      '\nEach algorithm has settings of its own: rivulet train --algorithm <name> --help' +
        '\nshows them, and rivulet algorithms lists all. Settings that the paper has for a' +
        '\ntask are listed by rivulet tasks.' +
        '\n\nExample:\n  rivulet train HalfCheetah-v4 --steps 200000 --seed 7 --actor-step-size 0.003 --out runs/try',
    )
  return addTrainOptions(command)
}

/** Flags of options that have no meaning on a robot. */
const notOfRobots = /^--(task-option|python|config) /

/** Adds the options of a run to a command, without those of simulators if it runs on a robot. */
export const addTrainOptions = (command: Command, { isRobot = false } = {}): Command => {
  const isShown = (flags: string): boolean => !(isRobot && notOfRobots.test(flags))
  for (const flags of new Set(algorithms.flatMap(declaredFlags))) {
    if (isShown(flags)) command.addOption(new Option(flags).hideHelp())
  }
  return command.configureHelp({
    visibleOptions: () => {
      const { algorithm: asked } = command.opts<{ readonly algorithm?: string }>()
      const algorithm = algorithms.find(({ name }) => name === asked) ?? algorithms[0]
      const listed = optionsOf(algorithm).filter(({ flags }) => isShown(flags))
      const shown = listed.map(({ flags, help, group }) => new Option(flags, help).helpGroup(group))
      return [...shown, ...new Help().visibleOptions(command)]
    },
  })
}
