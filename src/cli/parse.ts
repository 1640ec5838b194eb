/** Reads the command line: commander's grammar, our failures. */
import { Command, CommanderError } from 'commander'
import { type Either, flatMap, left, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Failure, nearestName, printable } from '../decode.js'
import { rivuletVersion } from '../runs/versions.js'
import { type BenchRequest, declareBench, readBench } from './benchOptions.js'
import { type ConvertRequest, declareConvert, readConvert } from './convertOptions.js'
import { expectedOf, readTrain, type TrainRequest } from './request.js'
import { describeTasks } from './tasks.js'
import { declareTrain } from './trainOptions.js'

/** What the command was asked to do. */
export type Request =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'train'; readonly train: TrainRequest }
  | { readonly kind: 'convert'; readonly convert: ConvertRequest }
  | { readonly kind: 'bench'; readonly bench: BenchRequest }

const refusal = (path: string, expected: string, got: unknown, known: readonly string[] = []): Failure => ({
  path,
  expected,
  got: printable(got),
  nearest: typeof got === 'string' ? nearestName(got, known) : null,
})

/** Commander tells what was wrong in prose; the word in question stands between its first and last quotes. */
const quoted = ({ message }: CommanderError): string => /'(.*)'/s.exec(message)?.[1] ?? message

/** One of commander's own errors in the form that all others have. */
const failureOf = (error: CommanderError, program: Command, within: Command): Failure => {
  const word = quoted(error)
  const commands = program.commands.map((command) => command.name())
  switch (error.code) {
    case 'commander.unknownOption': {
      const name = within === program ? 'rivulet' : `rivulet ${within.name()}`
      const flags = [...within.options.map(({ long }) => long ?? ''), '--help']
      return refusal('option', `one that ${name} --help tells of`, word, flags)
    }
    case 'commander.help':
      // No command at all: commander would print its help as an error.
      return refusal('command', `one of ${commands.join(', ')}`, undefined)
    case 'commander.unknownCommand':
      return refusal('command', `one of ${commands.join(', ')}`, word, commands)
    case 'commander.missingArgument':
      return refusal(word, expectedOf(word) ?? 'a value', undefined)
    case 'commander.optionMissingArgument': {
      const flag = word.split(/[ ,]/)[0]
      return refusal(flag, expectedOf(flag) ?? 'a value', undefined)
    }
    default:
      return refusal('command line', 'words that rivulet --help tells of', error.message)
  }
}

/** Refuses the words that a command has no use for; commander would say how many they are, but not which. */
const refuseExcess = ({ args }: Command, takes: number): Either<readonly Failure[], null> =>
  args.length <= takes
    ? right(null)
    : left(args.slice(takes).map((word, i) => refusal(`argument ${takes + 1 + i}`, 'no more arguments', word)))

/** What commander calls when a command was recognized, and what it prints, kept instead of done. */
interface Parsed {
  printed: string
  result: Either<readonly Failure[], Request> | null
}

const programFor = (parsed: Parsed): Command => {
  const program = new Command('rivulet')
    .description('Learns control one sample at a time, with no replay buffer, no batch and no target network.')
    .exitOverride()
    .showSuggestionAfterError(false)
    .allowExcessArguments()
    .configureOutput({ writeOut: (text) => (parsed.printed += text), writeErr: () => undefined })
    .version(rivuletVersion(), '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .addHelpText('after', '\nExample:\n  rivulet train Pendulum-v1 --steps 20000')
  declareTrain(program.command('train')).action((task: string, options: object, command: Command) => {
    parsed.result = pipe(
      refuseExcess(command, 1),
      flatMap(() => readTrain(task, options)),
      map((train) => ({ kind: 'train', train })),
    )
  })
  program
    .command('tasks')
    .description("list the tasks: shapes, limits, and a run's settings by default (the paper's, where it has some)")
    .action((_options: object, command: Command) => {
      parsed.result = pipe(
        refuseExcess(command, 0),
        map(() => ({ kind: 'print', text: describeTasks() })),
      )
    })
  declareConvert(program.command('convert')).action((from: string, to: string, _options: object, command: Command) => {
    parsed.result = pipe(
      refuseExcess(command, 2),
      flatMap(() => readConvert({ from, to })),
      map((convert) => ({ kind: 'convert', convert })),
    )
  })
  declareBench(program.command('bench')).action((options: object, command: Command) => {
    parsed.result = pipe(
      refuseExcess(command, 0),
      flatMap(() => readBench(options)),
      map((bench) => ({ kind: 'bench', bench })),
    )
  })
  return program
}

/**
 * Reads the words after the command's name.
 *
 * Fails: failures in the words of the command line, each with the nearest known name. Nothing is printed.
 */
export const parse = (words: readonly string[]): Either<readonly Failure[], Request> => {
  const parsed: Parsed = { printed: '', result: null }
  const program = programFor(parsed)
  try {
    program.parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return right({ kind: 'print', text: parsed.printed })
    const within = program.commands.find((command) => words.includes(command.name())) ?? program
    return left([failureOf(error, program, within)])
  }
  return parsed.result ?? right({ kind: 'print', text: parsed.printed })
}
