/** Thousands of bad command lines: each is refused in plain lines that name the words on it, and nothing is thrown. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { parse } from '../../src/cli/parse.js'
import { renderFailure } from '../../src/edge/decode.js'

const values = [
  '',
  ' ',
  'é你',
  '9'.repeat(400),
  '1e400',
  '-1e400',
  '1e-400',
  '0x10',
  '0b1',
  '-0',
  '0',
  '1e300',
  '1.5',
  'NaN',
  'Infinity',
  'null',
  '1,000',
  '1_000',
  ',',
  '5,',
  '9007199254740991.5',
  '9007199254740992',
  '٥',
  '5\n6',
  '\u001b[31m',
  '\u2028',
  'true',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'toString',
  '--',
  '-',
  '--steps',
  'train',
]
const numeric: Readonly<Record<string, readonly string[]>> = {
  '--steps': [],
  '--seed': ['-0', '0'],
  '--actor-step-size': ['1e300', '1.5', '9007199254740992', '9'.repeat(300)],
  '--critic-step-size': ['1e300', '1.5', '9007199254740992'],
  '--entropy-coefficient': ['-0', '0', '1e300', '1.5', '9007199254740992'],
  '--discount': ['-0', '0'],
  '--adam-beta1': ['-0', '0'],
  '--adam-beta2': ['-0', '0'],
  '--clip-observation': ['1e300', '1.5', '9007199254740992', '9'.repeat(300)],
  '--clip-reward': ['1e300', '1.5', '9007199254740992', '9'.repeat(300)],
  '--adam-epsilon': ['1e300', '1.5', '9007199254740992', '9'.repeat(300)],
  '--hidden': [],
  '--threads': [],
}
const named = [
  '--algorithm',
  '--action-range',
  '--variance-estimator',
  '--normalize-reward',
  '--return-ends-at',
  '--log-std-reading',
  '--engine',
  '--kernels',
  '--backend',
]
const commands = ['train', 'plot', 'report', 'tasks', 'algorithms', 'convert', 'bench'] as const

/** The lines for words that are refused; null for words that are accepted. */
const refusal = (words: readonly string[]): readonly string[] | null => {
  const result = parse(words)
  return isLeft(result) ? result.left.map(renderFailure) : null
}
/** Lines that a terminal shows as one line each. */
const expectPlain = (words: readonly string[], lines: readonly string[] | null): void => {
  // oxlint-disable-next-line no-control-regex
  const odd = (lines ?? []).filter((line) => /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(line) || line.length > 300)
  if (odd.length > 0) throw new Error(`${JSON.stringify(words)}: ${JSON.stringify(odd)}`)
}

describe('a value that an option does not take', () => {
  it.each<readonly [string, readonly string[]]>([
    ...Object.entries(numeric),
    ...named.map((flag) => [flag, []] as [string, string[]]),
  ])('of %s is refused in one line that names the option', (flag, taken) => {
    for (const value of values) {
      for (const words of [[flag, value], [`${flag}=${value}`]]) {
        const lines = refusal(['train', 'Pendulum-v1', ...words])
        expectPlain(words, lines)
        if (taken.includes(value)) expect({ words, lines }).toEqual({ words, lines: null })
        else
          expect({
            words,
            lines: lines?.map((line) => (line.startsWith('unknown option') ? 'option' : line.split(':')[0])),
          }).toEqual({
            words,
            lines: [flag],
          })
      }
    }
  })
})

describe('a word that a command does not take', () => {
  const others = values.filter((value) => value !== '--' && !value.startsWith('-'))

  it('as the name of a command is refused by name', () => {
    for (const value of values.filter((word) => word !== 'train' && word !== '--')) {
      for (const words of [[value], ['help', value]]) {
        const lines = refusal(words)
        expectPlain(words, lines)
        expect({
          words,
          lines: lines?.map((line) => (line.startsWith('unknown option') ? 'option' : line.split(':')[0])),
        }).toEqual({
          words,
          lines: [value.startsWith('-') && value !== '-' && words[0] !== 'help' ? 'option' : 'command'],
        })
      }
    }
  })

  it.each(['tasks Hopper-v4', 'bench'])('behind %s is refused as one too many', (command) => {
    for (const value of others) {
      const words = [...command.split(' '), value]
      const lines = refusal(words)
      expectPlain(words, lines)
      expect(lines?.[0]).toMatch(/^argument [12]: expected no more arguments; got "/)
    }
  })

  it('in place of a task is refused as a task', () => {
    for (const value of others) {
      const lines = refusal(['train', value])
      expectPlain([value], lines)
      expect(lines?.[0]).toMatch(/^task: expected a task /)
    }
  })
})

describe('an unknown option', () => {
  const flags = [
    '--bogus',
    '--bogus=train',
    '-x',
    '--no-steps',
    '--no-help',
    '--__proto__',
    '--STEPS',
    '--steps-',
    '-1e400x',
  ]

  it.each(commands)('of %s is refused by that command, with any other words on the line', (command) => {
    for (const flag of flags) {
      for (const around of [[], ['tasks'], ['train', 'convert'], ['Pendulum-v1', 'bench']]) {
        const lines = refusal([command, ...around, flag])
        expectPlain([command, flag], lines)
        expect(lines).toHaveLength(1)
        expect(lines?.[0]).toContain(
          `unknown option '${flag}' for 'rivulet ${command}'; see 'rivulet ${command} --help'`,
        )
      }
    }
  })

  it.each(commands)('before %s is refused by the program', (command) => {
    for (const flag of flags.filter((word) => word !== '--no-help')) {
      expect(refusal([flag, command])?.[0]).toContain(`unknown option '${flag}' for 'rivulet'; see 'rivulet --help'`)
    }
  })

  it('that a command has, before the name of the command: the error says to write it after the name', () => {
    for (const flag of [
      ...Object.keys(numeric),
      ...named,
      '--out',
      '--weights',
      '--no-progress',
      '--json',
      '--rounds',
    ]) {
      for (const command of commands) {
        const lines = refusal([flag, command, 'Pendulum-v1'])
        expect(lines).toEqual([
          expect.stringMatching(
            /^option: expected options of (train|evaluate|plot|report|algorithms|bench) after its name, as in /,
          ),
        ])
      }
    }
  })
})
