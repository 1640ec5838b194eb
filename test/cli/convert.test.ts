/** `rivulet convert` to and from every kind of file and directory, in a process of its own. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toSafetensors } from '../../src/learners/interchange/safetensors.js'
import { weightsOf, type WeightTensor } from '../../src/learners/interchange/weights.js'
import { movedLearner } from '../learners/interchange/learners.js'
import { rivulet, started } from './program.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-cli-convert-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
const at = (...names: string[]): string => join(place, ...names)
const run = (...words: string[]) => rivulet(['convert', ...words], place)
const weights = () => weightsOf(movedLearner({}, 2).parameters, true)
const named = (change: (name: string) => string) =>
  toSafetensors({ ...weights(), tensors: new Map([...weights().tensors].map(([name, x]) => [change(name), x])) })

const modelFiles = [
  'actor',
  join('actor', 'model.json'),
  join('actor', 'weights.bin'),
  'critic',
  join('critic', 'model.json'),
  join('critic', 'weights.bin'),
]
const held = (path: string): string[] => readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()

beforeAll(() => {
  writeFileSync(
    at('x.safetensors'),
    named((name) => name),
  )
  mkdirSync(at('full'))
  writeFileSync(at('full', 'kept'), 'kept')
  mkdirSync(at('taken.safetensors'))
  writeFileSync(at('file'), 'kept')
})

describe('places that are written to', () => {
  it.each<[string, string, () => void]>([
    ['a new directory', 'a', () => undefined],
    ['a new directory with a slash', 'b/', () => undefined],
    ['a new directory with two slashes', 'c//', () => undefined],
    ['an empty directory', 'd', () => mkdirSync(at('d'))],
    ['an empty directory with a slash', 'e/', () => mkdirSync(at('e'))],
    ['an empty directory with a dot in its name', 'f.v2', () => mkdirSync(at('f.v2'))],
    ['a new directory with a dot in its name, with a slash', 'g.v2/', () => undefined],
    ['a name with spaces', 'my models', () => undefined],
    ['a name of another script', '模型', () => undefined],
    ['a directory in another', 'h/models', () => mkdirSync(at('h'))],
    ['a directory by a way around', 'i/../j', () => mkdirSync(at('i'))],
    ['a link to an empty directory', 'k', () => (mkdirSync(at('k-target')), symlinkSync('k-target', at('k')))],
    ['a directory whose name begins with a tilde', '~old', () => undefined],
  ])('%s', (_, to, make) => {
    make()
    const before = existsSync(at(to)) ? lstatSync(at(to)).ino : null
    expect(run('x.safetensors', to)).toEqual({
      status: 0,
      stdout: `x.safetensors: 105 weights written to ${to}.\n`,
      stderr: '',
    })
    expect(held(at(to))).toEqual(modelFiles)
    // The directory is still the same one.
    if (before !== null) expect(lstatSync(at(to)).ino).toBe(before)
    expect(held(place).filter((name) => name.includes('.tmp'))).toEqual([])
  })

  it('the working directory, when it is empty', () => {
    mkdirSync(at('empty'))
    expect(rivulet(['convert', '../x.safetensors', '.'], at('empty')).status).toBe(0)
    expect(held(at('empty'))).toEqual(modelFiles)
  })

  it('the file that is read', () => {
    const before = readFileSync(at('x.safetensors'))
    expect(run('x.safetensors', 'x.safetensors').status).toBe(0)
    expect(readFileSync(at('x.safetensors'))).toEqual(before)
  })

  it('a directory with a slash is read as well', () => {
    expect(run('x.safetensors', 'again/').status).toBe(0)
    expect(run('again/', 'again.safetensors').status).toBe(0)
    expect(readFileSync(at('again.safetensors'))).toEqual(readFileSync(at('x.safetensors')))
  })
})

describe('places that are refused, and left as they are', () => {
  const full = 'expected a directory that is new or empty; got'
  it.each<[string, string, string]>([
    ['a directory that holds something', 'full', `full: ${full} a directory that holds "kept"`],
    ['such a one with a slash', 'full/', `full/: ${full} a directory that holds "kept"`],
    ['the working directory', '.', `.: ${full} a directory that holds "`],
    ['the one above', '..', `..: ${full} a directory that holds "`],
    ['the root', '/', `/: ${full} a directory that holds "`],
    ['a file', 'file', `file: ${full} a file`],
    ['a file with a slash', 'file/', `file/: ${full} a file`],
    ['a place below a file', 'file/models', `file/models: ${full} ENOTDIR: not a directory`],
    ['a place that is not there', 'none/models', `none/models: ${full} no directory "none" for it`],
    ['a home that no shell has put in', '~/models', `~/models: ${full} no directory "~" for it`],
    ['a place in /proc', '/proc/models', `/proc/models: ${full} `],
    ['a device', '/dev/null', `/dev/null: ${full} a device`],
    [
      'a directory for a file',
      'taken.safetensors',
      'taken.safetensors: expected a place that can be written to; got a directory',
    ],
    [
      'a file that is not there',
      'none/x.safetensors',
      'none/x.safetensors: expected a place that can be written to; got no directory "none" for it',
    ],
    ['another kind of file', 'x.h5', `x.h5: expected a name that ends in .safetensors, or a directory's; got ".h5"`],
    ['nothing', '', 'to: expected a text; got ""'],
    ['a name that is too long', 'x'.repeat(300), 'ENAMETOOLONG: name too long'],
    ['a name that moves the cursor', 'none/\u001b[2J\n', String.raw`none/\u001b[2J\u000a: ${full} no directory`],
  ])('%s', (_, to, line) => {
    const before = held(place)
    const { status, stdout, stderr } = run('x.safetensors', to)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(line)
    expect(stderr).toMatch(/^rivulet: [^\p{C}]*\n$/u)
    expect(held(place)).toEqual(before)
    expect(readFileSync(at('file'), 'utf8')).toBe('kept')
  })
})

describe('the sentence about names', () => {
  it('counts the weights, and names the prefixes that were dropped', () => {
    writeFileSync(
      at('compiled.safetensors'),
      named((name) => `_orig_mod.${name}`),
    )
    writeFileSync(
      at('parallel.safetensors'),
      named((name) => `module._orig_mod.${name}`),
    )
    expect(run('compiled.safetensors', 'compiled').stdout).toBe(
      'compiled.safetensors: 105 weights written to compiled; left _orig_mod. out of their names.\n',
    )
    expect(run('parallel.safetensors', 'parallel.safetensors').stdout).toBe(
      'parallel.safetensors: 105 weights written to parallel.safetensors; left _orig_mod. and module. out of their names.\n',
    )
    expect(readFileSync(at('parallel.safetensors'))).toEqual(readFileSync(at('x.safetensors')))
  })

  it.each(['out', 'out.safetensors'])('refuses a tensor that would be lost on the way to %s', (to) => {
    const { tensors } = weights()
    const more = { shape: [1], values: new Float32Array(1) }
    writeFileSync(
      at('more.safetensors'),
      toSafetensors({ normalizePenultimate: true, tensors: new Map([...tensors, ['log_alpha', more]]) }),
    )
    expect(run('more.safetensors', to)).toEqual({
      status: 2,
      stdout: '',
      stderr: 'rivulet: more.safetensors: expected a tensor of the published networks; got "log_alpha"\n',
    })
    expect(existsSync(at(to))).toBe(false)
  })
})

describe('signals while weights are written', () => {
  const large = (): string => {
    const side = 2000
    const dense = (name: string, outputs: number, inputs: number): [string, WeightTensor][] => [
      [`${name}.weight`, { shape: [outputs, inputs], values: new Float32Array(outputs * inputs) }],
      [`${name}.bias`, { shape: [outputs], values: new Float32Array(outputs) }],
    ]
    const network = (name: string, heads: readonly string[]) => [
      ...dense(`${name}.phi.0`, side, 3),
      ...dense(`${name}.phi.2`, side, side),
      ...heads.flatMap((head) => dense(`${name}.${head}`, 1, side)),
    ]
    const tensors = new Map([...network('actor', ['mu', 'log_std']), ...network('critic', ['q'])])
    writeFileSync(at('large.safetensors'), toSafetensors({ tensors, normalizePenultimate: true }))
    return 'large.safetensors'
  }

  it.each([1, 2])('%i of them leave all files or none', async (signals) => {
    const folder = at(`signals-${signals}`)
    mkdirSync(folder)
    const changes = watch(folder)
    const { child, ended } = started(['convert', at(large()), 'models'], folder)
    changes.once('change', () => {
      for (let i = 0; i < signals; i++) child.kill('SIGINT')
    })
    const { status } = await ended
    changes.close()
    expect(status === 0 || status === 130).toBe(true)
    expect(held(folder)).toEqual(status === 0 ? ['models', ...modelFiles.map((name) => join('models', name))] : [])
  })
})

describe('paths that are not regular files', () => {
  it('a FIFO is refused at once', () => {
    expect(run('/dev/stdin', 'out').stderr).toMatch(/^rivulet: \/dev\/stdin: expected a file that can be read; got /)
    expect(run('/dev/zero', 'out').stderr).toBe('rivulet: /dev/zero: expected a file that can be read; got a device\n')
  })
})
