import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith('.ts'))

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** What a file imports or re-exports, types included: relative ones as paths from the root, others by their name. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|import\(\s*'([^']+)'\s*\)/gms)].map((match) => {
    const name = match[1] ?? match[2]
    return name.startsWith('.') ? normalize(join(dirname(file), name)).replace(/\.js$/, '.ts') : name
  })

/** AssemblyScript has a grammar of its own; its one file imports nothing and its exports are documented as `Kernels`. */
const sources = [...filesBelow('src'), ...filesBelow('operators')].filter(
  (file) => !file.startsWith('src/kernels/assembly/'),
)

/** Whether a file is in one of these folders. */
const within = (file: string, ...folders: string[]): boolean => folders.some((folder) => file.startsWith(folder))
const isRelative = (name: string): boolean => name.endsWith('.ts')

describe('imports run one way', () => {
  const forbidden = (from: (file: string) => boolean, to: (name: string) => boolean): string[] =>
    sources.filter(from).flatMap((file) =>
      importsOf(file)
        .filter(to)
        .map((name) => `${file} -> ${name}`),
    )

  test('the reader of imports finds them', () => {
    expect(importsOf('src/index.ts')).toContain('src/types.ts')
    expect(importsOf('src/learners/avg/avg.ts')).toContain('src/kernels/kernels.ts')
  })

  test('kernels import nothing but kernels', () => {
    expect(
      forbidden(
        (file) => within(file, 'src/kernels/'),
        (name) => !within(name, 'src/kernels/'),
      ),
    ).toEqual([])
  })

  test('of src only runs, the command and the test kit import operators', () => {
    expect(
      forbidden(
        (file) => within(file, 'src/') && !within(file, 'src/runs/', 'src/cli/', 'src/testing/'),
        (name) => within(name, 'operators/'),
      ),
    ).toEqual([])
  })

  test('nothing imports the command, and only the command imports runs', () => {
    expect(
      forbidden(
        (file) => !within(file, 'src/cli/'),
        (name) => within(name, 'src/cli/', 'src/runs/'),
      ).filter((arrow) => !/^src\/runs\/\S+ -> src\/runs\//.test(arrow)),
    ).toEqual([])
  })

  test('nothing imports the test kit', () => {
    expect(
      forbidden(
        (file) => !within(file, 'src/testing/'),
        (name) => within(name, 'src/testing/'),
      ),
    ).toEqual([])
  })

  test('operators import contracts, time and random numbers, and no world, learner or kernel', () => {
    const rooms =
      /^(operators\/|src\/(time|streams)\/|src\/records\/(metrics|meansByName|watchedWeights)\.ts$|src\/(types|checks|clip|commands|episodeTime|actionBounds|warn|random|cell|mean|moments|failure)\.ts$)/
    expect(
      forbidden(
        (file) => within(file, 'operators/'),
        (name) => isRelative(name) && !rooms.test(name),
      ),
    ).toEqual([])
  })

  test('learners and environments do not know each other, nor drivers', () => {
    expect(
      forbidden(
        (file) => within(file, 'src/learners/'),
        (name) => within(name, 'src/environments/', 'src/drivers/'),
      ),
    ).toEqual([])
    expect(
      forbidden(
        (file) => within(file, 'src/environments/'),
        (name) => within(name, 'src/learners/', 'src/drivers/'),
      ),
    ).toEqual([])
  })

  test('what shows a simulation knows no learner, driver or run, and no environment but what can be seen of one', () => {
    const seen = ['visibleScene', 'types'].map((name) => `src/environments/mujoco/${name}.ts`)
    expect(
      forbidden(
        (file) => within(file, 'src/viewer/', 'src/film/'),
        (name) =>
          within(name, 'src/learners/', 'src/drivers/', 'src/environments/', 'src/links/') && !seen.includes(name),
      ),
    ).toEqual([])
    expect(
      forbidden(
        (file) => within(file, 'src/') && !within(file, 'src/film/', 'src/cli/'),
        (name) => within(name, 'src/film/'),
      ),
    ).toEqual([])
  })

  test('robots import no learner and no kernel but elementary functions, only their simulators import physics, and no other room but runs and the command imports robots', () => {
    const isSimulator = (file: string): boolean => /^src\/robots\/\w+Simulator\//.test(file)
    expect(
      forbidden(
        (file) => within(file, 'src/robots/'),
        (name) =>
          within(name, 'src/learners/', 'src/records/', 'src/guard/') ||
          (within(name, 'src/kernels/') && name !== 'src/kernels/elementary.ts'),
      ),
    ).toEqual([])
    expect(
      forbidden(
        (file) => within(file, 'src/robots/') && !isSimulator(file),
        (name) => within(name, 'src/environments/mujoco/') || isSimulator(name),
      ),
    ).toEqual([])
    expect(
      forbidden(
        (file) => !within(file, 'src/robots/', 'src/runs/', 'src/cli/') && file !== 'src/index.ts',
        (name) => within(name, 'src/robots/'),
      ),
    ).toEqual([])
  })

  test('states know no world, learner or operator: formats that name one stand beside it', () => {
    expect(
      forbidden(
        (file) => within(file, 'src/state/'),
        (name) =>
          within(name, 'src/drivers/', 'src/environments/', 'src/learners/', 'src/links/', 'src/host/', 'operators/'),
      ),
    ).toEqual([])
  })

  test('the test kit belongs to no test runner, nor to Node', () => {
    const packages = filesBelow('src/testing')
      .flatMap(importsOf)
      .filter((name) => !isRelative(name))
    expect([...new Set(packages)].toSorted()).toEqual(['rxjs', 'rxjs/testing'])
  })

  test('of src only the host, runs and the command load modules of Node: others import them from #host', () => {
    const loads =
      /(?<!typeof )import\(\s*'(node:[^']+|ws|serialport)'|^import (?!type)[^'"]*?from '(node:[^']+|ws|serialport)'/gms
    const found = sources
      .filter((file) => !within(file, 'src/host/', 'src/runs/', 'src/cli/'))
      .flatMap((file) => [...textOf(file).matchAll(loads)].map((match) => `${file} -> ${match[1] ?? match[2]}`))
    expect(found).toEqual([])
  })

  test('examples use public names alone', () => {
    const outside = filesBelow('examples').flatMap((file) =>
      importsOf(file)
        .filter((name) => isRelative(name))
        .map((name) => `${file} -> ${name}`),
    )
    expect(outside).toEqual([])
  })

  test('there is no cycle, of types neither', () => {
    const seen = new Map<string, 'open' | 'closed'>()
    const cycles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (seen.get(file) === 'open') cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      if (seen.has(file)) return
      seen.set(file, 'open')
      for (const next of importsOf(file).filter((name) => sources.includes(name))) visit(next, [...path, file])
      seen.set(file, 'closed')
    }
    for (const file of sources) visit(file, [])
    expect(cycles).toEqual([])
  })
})

describe('the same bits on any machine', () => {
  const numeric = sources.filter(
    (file) =>
      within(file, 'src/kernels/', 'src/learners/', 'src/environments/') || /^src\/(random|moments)\.ts$/.test(file),
  )
  const code = (file: string): string => textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')

  test('no power operator where numbers of a run are made: it is the platform’s Math.pow', () => {
    expect(numeric.filter((file) => /\*\*/.test(code(file)))).toEqual([])
  })

  test('of Math only what every engine rounds alike', () => {
    const exact = new Set([
      'sqrt',
      'abs',
      'floor',
      'ceil',
      'round',
      'trunc',
      'min',
      'max',
      'sign',
      'imul',
      'fround',
      'clz32',
      'PI',
    ])
    const others = numeric.flatMap((file) =>
      [...code(file).matchAll(/Math\.(\w+)/g)]
        .filter((match) => !exact.has(match[1]))
        .map((match) => `${file}: ${match[0]}`),
    )
    expect(others).toEqual([])
  })
})

describe('the public surface', () => {
  test.each(sources)('every exported name of %s has a doc comment', (file) => {
    if (/(^|\/)index\.ts$/.test(file)) return
    const lines = textOf(file).split('\n')
    const bare = lines.flatMap((line, i) => {
      if (!/^export (const|function|class|interface|type|enum|abstract)\b/.test(line)) return []
      // The first signature of an overloaded function has the comment of all.
      const name = /^export function (\w+)/.exec(line)?.[1]
      if (name !== undefined && lines.slice(0, i).some((earlier) => earlier.startsWith(`export function ${name}<`)))
        return []
      return /\*\/\s*$/.test(lines[i - 1] ?? '') ? [] : [`${file}:${i + 1}: ${line}`]
    })
    expect(bare).toEqual([])
  })

  test('names say what lives there', () => {
    expect(sources.filter((file) => /(^|\/)(utils?|helpers?|common|misc|core)(\/|\.ts$)/.test(file))).toEqual([])
  })

  test('no folder is more than three deep', () => {
    expect(sources.filter((file) => file.split('/').length > 4)).toEqual([])
  })
})
