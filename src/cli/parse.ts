/** Reads the command line: commander's grammar, our failures. */
import { Command, CommanderError } from 'commander'
import { type Either, flatMap, left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Failure, nearestName, printable } from '../edge/decode.js'
import { rivuletVersion } from '../runs/versions.js'
import { type Request, printing, subcommands } from './subcommands.js'

const refusal = (path: string, expected: string, got: unknown, known: readonly string[] = []): Failure => ({
  path,
  expected,
  got: printable(got),
  nearest: typeof got === 'string' ? nearestName(got, known) : null,
})

/** Commander tells what was wrong in prose; the word in question stands between its first and last quotes. */
const quoted = ({ message }: CommanderError): string => /'(.*)'/s.exec(message)?.[1] ?? message

/** A refusal of the command line itself, with where the words that are known are listed. */
const unread = (complaint: string, within: Command): Pick<Failure, 'line'> => ({
  line: `${complaint}; see '${commandLine(within)} --help'`,
})

const names = subcommands.map(({ name }) => name)
const flagsOf = ({ options }: Command): readonly string[] => [...options.map(({ long }) => long ?? ''), '--help']

/** One of commander's own errors about `words`, raised by the command `within`, in the form that all others have. */
const failureOf = (error: CommanderError, within: Command, words: readonly string[]): Failure => {
  const word = quoted(error)
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
            ...unread(`unknown option '${word}' for '${commandLine(within)}'`, within),
          }
        : refusal('option', `options of ${owner.name()} after its name, as in ${commandLine(owner)} ${flag}`, word)
    }
    case 'commander.help':
      // No command at all: commander would print its help as an error.
      return refusal('command', `one of ${names.join(', ')}`, undefined)
    case 'commander.unknownCommand':
      return refusal('command', `one of ${names.join(', ')}`, word, names)
    case 'commander.missingArgument':
      return refusal(word, expected(word), undefined)
    case 'commander.optionMissingArgument': {
      const flag = word.split(/[ ,]/)[0]
      return refusal(flag, expected(flag), undefined)
    }
    default:
      return { ...refusal('command line', 'one that can be read', error.message), ...unread(error.message, within) }
  }
}

/** A command as it is written: `rivulet`, or `rivulet train`. */
const commandLine = (command: Command): string => (command.parent === null ? '' : 'rivulet ') + command.name()

/** Refuses the words that a command has no use for; commander would say how many they are, but not which. */
const refuseExcess = ({ args, registeredArguments: { length } }: Command): Either<readonly Failure[], null> =>
  args.length <= length
    ? right(null)
    : left(args.slice(length).map((word, i) => refusal(`argument ${length + 1 + i}`, 'no more arguments', word)))

/** What is wrong with the words behind `help`; commander would print the help of the program for any of them. */
const wrongHelp = ([name, ...others]: readonly string[]): readonly Failure[] =>
  name === undefined || names.includes(name)
    ? others.map((word, i) => refusal(`argument ${2 + i}`, 'no more arguments', word))
    : [refusal('command', `one of ${names.join(', ')}`, name, names)]

/** What commander calls when a command was recognized, and what it prints, kept instead of done. */
interface Parsed {
  printed: string
  result: Either<readonly Failure[], Request> | null
  /** The command that the last error is about. */
  within: Command | null
}

const programFor = (parsed: Parsed): Command => {
  const program = new Command('rivulet')
    .description('Learns control one sample at a time, with no replay buffer, no batch and no target network.')
    .showSuggestionAfterError(false)
    .allowExcessArguments()
    .configureOutput({ writeOut: (text) => (parsed.printed += text), writeErr: () => undefined })
    .version(rivuletVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', '\nExample:\n  rivulet train Pendulum-v1 --steps 50000')
  const throwing = (command: Command): Command =>
    command.exitOverride((error) => {
      parsed.within = command
      throw error
    })
  throwing(program)
  for (const { name, declare, read } of subcommands) {
    const command = declare(throwing(program.command(name)))
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
 * Reads the words after the command's name.
 *
 * Fails: failures in the words of the command line, each with the nearest known name. Nothing is printed.
 */
export const parse = (words: readonly string[]): Either<readonly Failure[], Request> => {
  const wrong = words[0] === 'help' ? wrongHelp(words.slice(1)) : []
  if (wrong.length > 0) return left(wrong)
  const parsed: Parsed = { printed: '', result: null, within: null }
  const program = programFor(parsed)
  try {
    program.parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return right(printing(parsed.printed))
    return left([failureOf(error, parsed.within ?? program, words)])
  }
  return parsed.result ?? right(printing(parsed.printed))
}
