/** Reads the command line with commander, and turns its errors into failures of our form. */
import { Command, CommanderError } from 'commander'
import { type Either, flatMap, left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Failure, nearestName, printable } from '../edge/decode.js'
import { rivuletVersion } from '../runs/versions.js'
import { type Request, printRequest, subcommands } from './subcommands.js'

const refusal = (path: string, expected: string, got: unknown, known: readonly string[] = []): Failure => ({
  path,
  expected,
  got: printable(got),
  nearest: typeof got === 'string' ? nearestName(got, known) : null,
})

/** The word that an error of commander is about: it stands between the first and last quotes of the message. */
const quotedWord = ({ message }: CommanderError): string => /'(.*)'/s.exec(message)?.[1] ?? message

/** The line of a failure of the command line itself, which refers to the help. */
const seeHelp = (complaint: string, within: Command): Pick<Failure, 'line'> => ({
  line: `${complaint}; see '${commandLine(within)} --help'`,
})

const names = subcommands.map(({ name }) => name)
const flagsOf = ({ options }: Command): readonly string[] => [...options.map(({ long }) => long ?? ''), '--help']

/**
 * An option whose value may be left out and is a number, and the word behind it that it took for one: it may be the argument that is
 * missing. Null if there is none.
 */
const takenWord = (within: Command): readonly [flag: string, word: string] | null => {
  for (const option of within.options) {
    const value: unknown = within.getOptionValue(option.attributeName())
    if (option.optional && typeof value === 'string' && /\D/.test(value)) return [option.long ?? option.flags, value]
  }
  return null
}

/** A failure for an error of commander about `words`, which the command `within` raised. */
const failureOf = (error: CommanderError, within: Command, words: readonly string[]): Failure => {
  const word = quotedWord(error)
  const subcommand = subcommands.find(({ name }) => name === within.name())
  const expected = (written: string): string => subcommand?.expected(written) ?? 'a value'
  switch (error.code) {
    case 'commander.unknownOption': {
      const flag = word.split('=')[0]
      const owners = subcommand === undefined ? within.commands.filter((other) => flagsOf(other).includes(flag)) : []
      const owner = owners.find((other) => words.includes(other.name())) ?? owners[0]
      return owner === undefined
        ? {
            ...refusal('option', 'a known one', word, flagsOf(within)),
            ...seeHelp(`unknown option '${word}' for '${commandLine(within)}'`, within),
          }
        : refusal('option', `options of ${owner.name()} after its name, as in ${commandLine(owner)} ${flag}`, word)
    }
    case 'commander.help':
      // There is no command at all: commander would print its help as an error.
      return refusal('command', `one of ${names.join(', ')}`, undefined)
    case 'commander.unknownCommand':
      return refusal('command', `one of ${names.join(', ')}`, word, names)
    case 'commander.missingArgument': {
      const [flag, value] = takenWord(within) ?? [word, undefined]
      return refusal(flag, expected(flag), value)
    }
    case 'commander.optionMissingArgument': {
      const flag = word.split(/[ ,]/)[0]
      return refusal(flag, expected(flag), undefined)
    }
    default:
      return { ...refusal('command line', 'a valid one', error.message), ...seeHelp(error.message, within) }
  }
}

/** A command as users write it: `rivulet`, or `rivulet train`. */
const commandLine = (command: Command): string => (command.parent === null ? '' : 'rivulet ') + command.name()

/** Refuses words behind the last argument, unless it takes any number; commander would print how many they are, but not which. */
const refuseExcess = ({ args, registeredArguments }: Command): Either<readonly Failure[], null> => {
  const { length } = registeredArguments
  return args.length <= length || registeredArguments[length - 1]?.variadic === true
    ? right(null)
    : left(args.slice(length).map((word, i) => refusal(`argument ${length + 1 + i}`, 'no more arguments', word)))
}

/** The failures of the words behind `help`; commander would print the help of the program for any words. */
const helpFailures = ([name, ...others]: readonly string[]): readonly Failure[] =>
  name === undefined || names.includes(name)
    ? others.map((word, i) => refusal(`argument ${2 + i}`, 'no more arguments', word))
    : [refusal('command', `one of ${names.join(', ')}`, name, names)]

/** The result of a parse. Commander's output and its actions only fill this record. */
interface Parsed {
  printed: string
  result: Either<readonly Failure[], Request> | null
  /** The command that the last error is about. */
  within: Command | null
}

const programFor = (parsed: Parsed): Command => {
  const program = new Command('rivulet')
    .description(
      'Deep reinforcement learning on streams, one sample at a time, and the batch methods to compare it with.',
    )
    .showSuggestionAfterError(false)
    .allowExcessArguments()
    .configureOutput({ writeOut: (text) => (parsed.printed += text), writeErr: () => undefined })
    .version(rivuletVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', '\nExample:\n  rivulet train Pendulum-v1 --steps 50000')
  const throwErrorsOf = (command: Command): Command =>
    command.exitOverride((error) => {
      parsed.within = command
      throw error
    })
  throwErrorsOf(program)
  for (const { name, declare, read } of subcommands) {
    const command = declare(throwErrorsOf(program.command(name)))
    command.action(() => {
      parsed.result = pipe(
        refuseExcess(command),
        flatMap(() => read(command.args, command.opts())),
      )
    })
  }
  return program
}

/**
 * Reads the words after the program's name.
 *
 * Fails: failures in the words of the command line, each with the nearest known name. Nothing is printed.
 */
export const parse = (words: readonly string[]): Either<readonly Failure[], Request> => {
  const wrong = words[0] === 'help' ? helpFailures(words.slice(1)) : []
  if (wrong.length > 0) return left(wrong)
  const parsed: Parsed = { printed: '', result: null, within: null }
  const program = programFor(parsed)
  try {
    program.parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return right(printRequest(parsed.printed))
    return left([failureOf(error, parsed.within ?? program, words)])
  }
  return parsed.result ?? right(printRequest(parsed.printed))
}
