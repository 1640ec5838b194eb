/** Every option with a default names it in its doc comment, which editors show. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type OptionDefault, masked, namesDefault, optionDefaults } from './optionDefaults.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

const sources = ['src', 'operators'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => file.endsWith('.ts') && !file.startsWith('src/kernels/assembly/'))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') })),
)

/** Rooms and files whose options do not all name their defaults yet. */
const pending: readonly string[] = []

/** Members that are not options, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  'Packet.properties': 'a field of a packet that the package mqtt emits',
  'PolicyProvenance.versions': 'a report reads the versions of a run, which are of another type',
  'Packet.messageId': 'a field of a packet that the package mqtt emits',
}

const found = optionDefaults(sources)
const nameOf = ({ type, option }: OptionDefault): string => `${type}.${option}`

describe('the reader', () => {
  const declared = `
export interface Base {
  /** Milliseconds. The default is 10 000. */
  readonly patience?: number
  /** A name. */
  readonly name?: string
}
export interface Options extends Omit<Base, 'x'> {
  /** Required. */
  readonly cycle: number
  readonly hold?: 'last' | 'zero'
}
`
  const read = (code: string): readonly string[] =>
    optionDefaults([{ file: 'a.ts', text: `${declared}${code}` }]).map(
      (each) => `${nameOf(each)} = ${each.value}: ${namesDefault(each) ? 'named' : 'missing'}`,
    )

  test('finds defaults of parameters, of values with a type, and behind ??', () => {
    expect(read("export const f = ({ patience = 10_000, hold = 'last' }: Options = {}) => {}")).toEqual([
      'Options.patience = 10_000: named',
      "Options.hold = 'last': missing",
    ])
    expect(read("const f = (options: Options) => {\n  const { cycle, name: label = 'x' } = options\n}")).toEqual([
      "Options.name = 'x': missing",
    ])
    expect(read('const f = (options: Options) => options.patience ?? 9000')).toEqual([
      'Options.patience = 9000: missing',
    ])
  })

  test('is not misled by comments, strings, object literals and required members', () => {
    expect(read("// ({ patience = 1 }: Options)\nconst text = '({ patience = 1 }: Options)'")).toEqual([])
    expect(read('const f = ({ cycle = 1 }: Options) => ({ patience: 1 })')).toEqual([])
    expect(masked("a = '{' // }\n/* ( */ b = /[{]/g")).toBe('a =         \n        b =       ')
  })

  test.each([
    ['10_000', 'The default is 10 000; Infinity waits.', true],
    ['10_000', 'The default is 1000.', false],
    ['2 ** 16 - 1', 'The default is 65 535.', true],
    ['Infinity', 'The default is Infinity.', true],
    ['Infinity', 'By default for ever.', false],
    ["'skip'", '`skip` counts it. The default is `skip`.', true],
    ["'skip'", 'The default is to fail.', false],
    ['eventLoop', 'The default is `eventLoop`.', true],
    ['eventLoop', 'Where its time comes from.', false],
    ['true', 'The default is true.', true],
    ["'\\n'", 'The default is a newline.', true],
  ])('whether %s is named by "%s": %s', (value, doc, expected) => {
    expect(namesDefault({ value, doc })).toBe(expected)
  })

  test('reads the defaults of this project', () => {
    expect(found.length).toBeGreaterThan(100)
    const names = new Set(found.map(nameOf))
    for (const name of ['LinkOptions.silence', 'RealtimeOptions.spin', 'Backoff.first', 'SensorOptions.each']) {
      expect(names).toContain(name)
    }
  })
})

test('every default stands in the doc comment of its option', () => {
  const missing = found.filter(
    (each) => !namesDefault(each) && !pending.some((room) => each.declaredIn.startsWith(room)),
  )
  const lines = missing
    .filter((each) => exceptions[nameOf(each)] === undefined)
    .map((each) => `${each.declaredIn}: ${nameOf(each)}: the default is ${each.value} (${each.file})`)
  expect(lines).toEqual([])
})

test('every exception is one', () => {
  const unnamed = new Set(found.filter((each) => !namesDefault(each)).map(nameOf))
  expect(Object.keys(exceptions).filter((name) => !unnamed.has(name))).toEqual([])
})
