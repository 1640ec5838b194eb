/** Hostile files: each is refused in one line, at once, and no file on the disk changes. */
import { execFileSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderFailure } from '../../../src/edge/decode.js'
import { toLayersModel } from '../../../src/learners/interchange/layersModel.js'
import { loadWeights } from '../../../src/learners/interchange/learnerFiles.js'
import { checkPublished } from '../../../src/learners/interchange/networkShape.js'
import { toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { readWeights } from '../../../src/learners/interchange/weightFiles.js'
import { weightsOf, type Weights } from '../../../src/learners/interchange/weights.js'
import { bitsOf, golden, learnerOf, rightOf } from './learners.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-hostile-'))
let cases = 0
const folder = (): string => {
  const made = join(place, String(cases++))
  mkdirSync(made)
  return made
}
let server: Server
beforeAll(() => new Promise<void>((resolve) => (server = createServer()).listen(join(place, 'socket'), resolve)))
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(place, { recursive: true, force: true })
})

const held = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mtimeMs, mode } = lstatSync(join(path, name))
      return `${name} ${size} ${mtimeMs} ${mode}`
    })

const LONGEST_LINE = 1500
const PRINTED = /^[^\p{C}\p{Zl}\p{Zp}]*$/u

/** The reader's line for a path, with checks that hold for every file. */
const refusal = async (path: string): Promise<string> => {
  const before = held(place)
  const begun = process.cpuUsage()
  const result = await readWeights(path, checkPublished)()
  const { user, system } = process.cpuUsage(begun)
  const lines = isLeft(result) ? result.left.map(renderFailure) : []
  expect(lines).toHaveLength(1)
  expect(lines[0].length).toBeLessThan(LONGEST_LINE)
  expect(lines[0]).toMatch(PRINTED)
  // Time of this process, so that a busy machine does not count.
  expect((user + system) / 1e6).toBeLessThan(1)
  expect(held(place)).toEqual(before)
  const learner = learnerOf()
  const weights = bitsOf(learner)
  await expect(loadWeights(path, learner)).rejects.toThrow(PRINTED)
  expect(bitsOf(learner)).toEqual(weights)
  return lines[0].replaceAll(place, '')
}

const count = (headerBytes: number | bigint): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true)
  return bytes
}
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
/** A file with this header, of an object or of a text, and as many zeros behind it. */
const file = (header: object | string, bodyBytes = 0): Uint8Array => {
  const text = typeof header === 'string' ? bytesOf(header) : bytesOf(JSON.stringify(header))
  return joined(count(text.length), text, new Uint8Array(bodyBytes))
}
const entry = (shape: readonly unknown[], begin: unknown = 0, end: unknown = 4, dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})
const published = (): Weights => weightsOf(learnerOf().parameters, true)
const withTensor = (name: string): Uint8Array => {
  const { tensors } = published()
  return toSafetensors({
    normalizePenultimate: null,
    tensors: new Map([...tensors, [name, { shape: [1], values: new Float32Array(1) }]]),
  })
}
const sparse = (path: string, start: Uint8Array, bytes: number): void => {
  writeFileSync(path, start)
  truncateSync(path, bytes)
}
const MEBIBYTE = 2 ** 20
const ESCAPES = '\u001b[2J\u001b]0;owned\u0007\r\n\u202eevil\u2066\u200b\u0000'

/** Makes a path: bytes for a file, or a function that makes anything there. */
type Made = Uint8Array | ((path: string) => unknown)
const make = (path: string, made: Made): void => {
  if (typeof made === 'function') made(path)
  else writeFileSync(path, made)
}

/** Paths that are not regular files. */
const notFiles: readonly (readonly [string, (path: string) => unknown, string])[] = [
  ['a FIFO', (path) => execFileSync('mkfifo', [path]), 'a FIFO'],
  ['a link to /dev/zero', (path) => symlinkSync('/dev/zero', path), 'a device'],
  ['a link to /dev/random', (path) => symlinkSync('/dev/random', path), 'a device'],
  ['a link to a terminal', (path) => symlinkSync('/dev/ptmx', path), 'a device'],
  ['a link to a socket', (path) => symlinkSync(join(place, 'socket'), path), 'a socket'],
  ['a link to nothing', (path) => symlinkSync('nothing', path), 'ENOENT: no such file or directory'],
  ['a circle of links', (path) => symlinkSync('../' + path.split('/').slice(-2).join('/'), path), 'ELOOP'],
]

describe('a safetensors file', () => {
  it.each<readonly [string, Made, string]>([
    ['of no byte', new Uint8Array(0), 'expected eight bytes'],
    ['of seven bytes', new Uint8Array(7), 'got 7 bytes'],
    ['of zeros', new Uint8Array(4096), 'expected JSON'],
    ['with a count of 2^64 - 1', joined(count(2n ** 64n - 1n), bytesOf('{}')), 'a count of 18446744073709551615'],
    [
      'with a header of 700 MiB',
      (path) => sparse(path, count(600 * MEBIBYTE), 700 * MEBIBYTE),
      'at most 4194304 bytes',
    ],
    [
      'of a terabyte with a header of 2^40',
      (path) => sparse(path, count(2 ** 40 - 8), 2 ** 40),
      'at most 4194304 bytes',
    ],
    ['with zeros for a header of 4 MiB', (path) => sparse(path, count(4 * MEBIBYTE), 5 * MEBIBYTE), 'expected JSON'],
    ['of a terabyte behind its tensors', (path) => sparse(path, file({}), 2 ** 40), 'bytes more'],
    [
      'with a tensor of a terabyte',
      (path) => {
        const start = file({ 'actor.mu.bias': entry([2 ** 38], 0, 2 ** 40) })
        sparse(path, start, start.length + 2 ** 40)
      },
      'actor.mu.bias: expected at most 2147483648 bytes of weights; got 0 to 1099511627776',
    ],
    [
      'with a tensor of 2 GiB that no learner has',
      (path) => {
        const start = file({ log_alpha: entry([2 ** 29], 0, 2 ** 31) })
        sparse(path, start, start.length + 2 ** 31)
      },
      'expected a tensor of the published networks; got "log_alpha"',
    ],
    ['with a header that is no UTF-8', joined(count(4), Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)), 'JSON in UTF-8'],
    ['with a million levels', file('['.repeat(1e6)), 'at most 100 levels; got 1000000'],
    ['with two million levels of a tensor', file(`{"a":${'{"a":'.repeat(7e5)}`), 'at most 100 levels'],
    [
      'with 200 levels of metadata',
      file(`{"__metadata__":${'['.repeat(200)}${']'.repeat(200)}}`),
      'at most 100 levels',
    ],
    [
      'with a tensor twice',
      file(`{"a":${JSON.stringify(entry([1]))},"\\u0061":${JSON.stringify(entry([1], 0, 4))}}`, 4),
      'every key once; got "a" twice',
    ],
    [
      'with a shape twice',
      file('{"a":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,4]}}', 4),
      'every key once; got "shape" twice',
    ],
    ['that is a list', file('[]'), 'a JSON object'],
    ['that is null', file('null'), 'a JSON object'],
    ['with a tensor that is a number', file({ a: 1 }), 'a: expected an object with dtype, shape, data_offsets; got 1'],
    ['with a shape of a million dimensions', file({ a: entry(new Array(1e6).fill(1)) }, 4), 'at most 8'],
    ['with a shape of 2 million strings', file({ a: entry(new Array(1e6).fill('')) }, 4), 'at most 8'],
    ['with a shape of zeros', file({ a: entry([2 ** 53 - 1, 0], 0, 0) }), 'a positive integer; got 0'],
    ['with a shape beyond all bytes', file({ a: entry([2 ** 52, 2 ** 52, 2 ** 52]) }, 4), 'bytes for shape'],
    ['with a negative size', file({ a: entry([-1]) }, 4), 'a positive integer; got -1'],
    ['with half a size', file({ a: entry([0.5]) }, 4), 'a positive integer; got 0.5'],
    [
      'with a size of 1e400',
      file('{"a":{"dtype":"F32","shape":[1e400],"data_offsets":[0,4]}}', 4),
      'a positive integer',
    ],
    ['with a negative offset', file({ a: entry([1], -4, 0) }, 4), 'an integer from 0'],
    ['with an offset beyond 2^53', file({ a: entry([1], 0, 2 ** 60) }, 4), 'an integer from 0'],
    ['with offsets the wrong way round', file({ a: entry([1], 4, 0) }, 4), 'bytes from 0'],
    ['with three offsets', file({ a: { ...entry([1]), data_offsets: [0, 4, 8] } }, 8), 'a.data_offsets'],
    ['with tensors that overlap', file({ a: entry([1]), b: entry([1]) }, 4), 'where the tensor before it ends'],
    ['of 16-bit floats', file({ a: entry([2], 0, 4, 'F16') }, 4), 'a.dtype: expected F32; got "F16"'],
    [
      'of 10,001 tensors',
      file(
        Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`t${i}`, entry([1], 4 * i, 4 * i + 4)])),
        40_004,
      ),
      'at most 10000 tensors; got 10001',
    ],
    [
      'of 9,000 tensors of other names',
      file(Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`t${i}`, entry([1], 4 * i, 4 * i + 4)])), 36_000),
      '(and 8999 more)',
    ],
    ['with a name of a mebibyte', file({ ['a'.repeat(MEBIBYTE)]: entry([1]) }, 4), 'aaaaa...'],
    ['with a bad tensor of a name of a mebibyte', file({ ['a'.repeat(MEBIBYTE)]: entry([2]) }, 4), 'aaaaa...'],
    ['with a name that moves the cursor', file({ [ESCAPES]: entry([1]) }, 4), String.raw`\u001b[2J\u001b]0;owned`],
    ['with a bad tensor of such a name', file({ [ESCAPES]: entry([2]) }, 4), String.raw`\u202eevil\u2066\u200b\u0000`],
    ['with such a type', file({ a: entry([1], 0, 4, ESCAPES) }, 4), String.raw`\u001b[2J`],
    ['with such a key', file({ a: { ...entry([1]), [ESCAPES]: 1 } }, 4), String.raw`\u001b[2J`],
    ['with metadata that is no text', file({ __metadata__: { a: 1 } }), 'a: expected string; got 1'],
    ['with one more tensor', withTensor('log_alpha'), 'expected a tensor of the published networks; got "log_alpha"'],
    ['with a target network', withTensor('critic_target.q.bias'), 'got "critic_target.q.bias"; nearest: critic.q.bias'],
    ['with one more layer', withTensor('actor.phi.1.bias'), 'got "actor.phi.1.bias"; nearest: actor.phi.0.bias'],
    ['with a tensor __proto__', withTensor('__proto__'), 'got "__proto__"'],
    ['with a tensor toString', withTensor('toString'), 'got "toString"'],
    [
      'that is a zip archive',
      joined(bytesOf('PK\u0003\u0004'), new Uint8Array(99)),
      'a zip archive, as torch.save writes',
    ],
    ['that is HDF5', joined(Uint8Array.of(0x89), bytesOf('HDF\r\n\u001a\n'), new Uint8Array(99)), 'an HDF5 file'],
    ['that is a pickle', Uint8Array.from([0x80, 2, 0x8a, 10, 0, 0, 0, 0, 1, 2, 3]), 'a pickle'],
    ['that is JSON', bytesOf('{"format":"layers-model"}'), 'name the directory that holds actor and critic'],
    ['cut off', golden('pytorch.safetensors').subarray(0, -1), 'it is truncated'],
    ...notFiles,
  ])('%s', async (_, made, said) => {
    const path = join(folder(), 'x.safetensors')
    make(path, made)
    expect(await refusal(path)).toContain(said)
  })
})

/** The files of a good pair of models, of which one is changed. */
const models = (change: (directory: string) => void): string => {
  const directory = join(folder(), 'models')
  mkdirSync(directory)
  for (const network of ['actor', 'critic'] as const) {
    const { model, weights } = rightOf(toLayersModel(published(), network))
    mkdirSync(join(directory, network))
    writeFileSync(join(directory, network, 'model.json'), model)
    writeFileSync(join(directory, network, 'weights.bin'), weights)
  }
  writeFileSync(join(directory, '..', 'secret.bin'), new Uint8Array(288))
  change(directory)
  return directory
}
interface Manifest {
  paths: unknown[]
  weights: { name: unknown; shape: unknown; dtype: string }[]
}
interface Model {
  format: string
  modelTopology: Record<string, unknown> & { config: { layers: Record<string, unknown>[] } }
  weightsManifest: Manifest[]
}
/** The models with another `model.json` of the actor. */
const withModel = (change: (model: Model) => unknown): string =>
  models((directory) => {
    const model = JSON.parse(rightOf(toLayersModel(published(), 'actor')).model) as Model
    const other = change(model) ?? model
    writeFileSync(
      join(directory, 'actor', 'model.json'),
      typeof other === 'string' ? other : other instanceof Uint8Array ? other : JSON.stringify(other),
    )
  })
const withPath = (path: unknown): string => withModel(({ weightsManifest: [group] }) => void (group.paths = [path]))
const withWeight = (shape: unknown, name: unknown = 'mu/bias'): string =>
  withModel(({ weightsManifest: [group] }) => void group.weights.push({ name, shape, dtype: 'float32' }))
const withLayer = (layer: Record<string, unknown>): string =>
  withModel(({ modelTopology }) => void Object.assign(modelTopology.config.layers[1], layer))

describe('a layers model', () => {
  it('reads the models that the cases are made of', async () => {
    const directory = models(() => undefined)
    expect(rightOf(await readWeights(directory, checkPublished)()).tensors.size).toBe(14)
  })

  it.each<readonly [string, unknown]>([
    ['above the folder', '../../secret.bin'],
    ['above the folder, and back', '../actor/weights.bin'],
    ['above the folder from a folder', 'x/../../secret.bin'],
    ['of an absolute path', '/etc/passwd'],
    ['with backslashes', '..\\..\\secret.bin'],
    ['of another drive', 'C:\\secret.bin'],
    ['of a stream', 'weights.bin:secret'],
    ['with percent signs', '%2e%2e%2f%2e%2e%2fsecret.bin'],
    ['of an address', 'file:///etc/passwd'],
    ['of another host', 'http://127.0.0.1/weights.bin'],
    ['with a NUL', 'weights.bin\u0000.txt'],
    ['with a line break', 'weights.bin\n'],
    ['that moves the cursor', ESCAPES],
    ['of the folder', '.'],
    ['of the folder above', '..'],
    ['of three points', '...'],
    ['of nothing', ''],
    ['of a blank', ' '],
    ['of a mebibyte', 'x'.repeat(MEBIBYTE)],
    ['that is a number', 0],
    ['that is a list', ['weights.bin']],
  ])('with a file of weights %s', async (_, path) => {
    expect(await refusal(withPath(path))).toMatch(
      /models\/actor\/model\.json: weightsManifest\[0\]\.paths\[0\]: expected (the name of a file beside model\.json|string); got /,
    )
  })

  it.each<readonly [string, () => string, string]>([
    [
      'with a file of weights that is a link out of it',
      () =>
        models((directory) => {
          rmSync(join(directory, 'actor', 'weights.bin'))
          symlinkSync('../../secret.bin', join(directory, 'actor', 'weights.bin'))
        }),
      'a symbolic link out of the directory',
    ],
    [
      'with a model.json that is a link out of it',
      () =>
        models((directory) => {
          rmSync(join(directory, 'actor', 'model.json'))
          symlinkSync('../../secret.bin', join(directory, 'actor', 'model.json'))
        }),
      'a symbolic link out of the directory',
    ],
    [
      'with a network that is a link out of it',
      () =>
        models((directory) => {
          rmSync(join(directory, 'actor'), { recursive: true })
          symlinkSync(models(() => undefined) + '/actor', join(directory, 'actor'))
        }),
      'a symbolic link out of the directory',
    ],
    [
      'with a file of weights of a terabyte',
      () => models((directory) => truncateSync(join(directory, 'actor', 'weights.bin'), 2 ** 40)),
      'actor: weights: expected 288 bytes, as model.json says; got 1099511627776',
    ],
    [
      'with a model.json of 700 MiB',
      () => models((directory) => truncateSync(join(directory, 'actor', 'model.json'), 700 * MEBIBYTE)),
      'at most 4194304 bytes',
    ],
    ['with a model.json of a million levels', () => withModel(() => '{"a":'.repeat(8e5)), 'at most 100 levels'],
    ['with a model.json that is no UTF-8', () => withModel(() => Uint8Array.of(0xff, 0xfe)), 'JSON in UTF-8'],
    ['with a model.json of nothing', () => withModel(() => ' '), 'expected JSON'],
    [
      'with a key twice',
      () => withModel((model) => JSON.stringify(model).replace('{', '{"format":"x",')),
      '"format" twice',
    ],
    ['that is null', () => withModel(() => 'null'), 'model.json: expected'],
    [
      'that is a graph model',
      () => withModel((model) => void (model.format = 'graph-model')),
      '--output_format=tfjs_layers_model',
    ],
    [
      'that is sequential',
      () =>
        withModel(
          ({ modelTopology }) => void (modelTopology['model_config'] = { class_name: 'Sequential', config: {} }),
        ),
      'modelTopology.model_config: expected a functional model',
    ],
    [
      'with a model_config that is a text',
      () => withModel(({ modelTopology }) => void (modelTopology['model_config'] = ESCAPES)),
      'modelTopology.model_config',
    ],
    [
      'with a file of weights twice',
      () => withModel(({ weightsManifest: [group] }) => void (group.paths = ['weights.bin', 'weights.bin'])),
      '"weights.bin" twice',
    ],
    [
      'with 100,000 files of weights',
      () =>
        withModel(({ weightsManifest: [group] }) => void (group.paths = Array.from({ length: 1e5 }, (_, i) => `${i}`))),
      'at most 10000',
    ],
    [
      'with a million groups',
      () => withModel((model) => void (model.weightsManifest = new Array(1e6).fill(1))),
      'at most 10000',
    ],
    [
      'with a million layers',
      () => withModel(({ modelTopology }) => void (modelTopology.config.layers = new Array(1e6).fill(1))),
      'at most 10000',
    ],
    ['with a weight of zeros', () => withWeight([2 ** 53 - 1, 0], 'log_alpha/kernel'), 'a positive integer; got 0'],
    ['with a weight of 2^80 bytes', () => withWeight([2 ** 39, 2 ** 39]), 'at most 2147483648 bytes of weights'],
    ['with a weight of a million dimensions', () => withWeight(new Array(1e6).fill(1)), 'at most 8'],
    ['with a weight twice', () => withWeight([2]), 'mu/bias: expected every weight once'],
    ['with one more weight', () => withWeight([1], 'log_alpha/kernel'), 'got "actor.log_alpha.weight"'],
    ['with a weight of a name that moves the cursor', () => withWeight([1], ESCAPES), String.raw`\u001b[2J`],
    ['with a class of a mebibyte', () => withLayer({ class_name: 'x'.repeat(MEBIBYTE) }), 'layer phi.0: class_name'],
    ['with a class that moves the cursor', () => withLayer({ class_name: ESCAPES }), String.raw`\u001b[2J`],
    ['with a layer of another name', () => withLayer({ name: ESCAPES }), 'layer phi.0: expected Dense; got nothing'],
    ['with two layers of one name', () => withLayer({ name: 'phi.2' }), 'two layers of one name'],
    ['with inbound nodes that are no list', () => withLayer({ inbound_nodes: { length: 1e9 } }), 'inbound_nodes'],
    ['that is empty', () => models((directory) => rmSync(join(directory, 'actor'), { recursive: true })), 'ENOENT'],
  ])('%s', async (_, made, said) => {
    expect(await refusal(made())).toContain(said)
  })

  it.each(
    ['model.json', 'weights.bin'].flatMap((name) =>
      notFiles.map(([what, made, said]) => [`${name} is ${what}`, name, made, said] as const),
    ),
  )('whose %s', async (_, name, made, said) => {
    const directory = models((path) => {
      rmSync(join(path, 'actor', name))
      make(join(path, 'actor', name), made)
    })
    expect(await refusal(directory)).toMatch(
      new RegExp(`actor/${name}: expected a file that can be read; got (${said}|a symbolic link out of the directory)`),
    )
  })

  it('whose weights are a directory', async () => {
    const directory = models((path) => {
      rmSync(join(path, 'actor', 'weights.bin'))
      mkdirSync(join(path, 'actor', 'weights.bin'))
    })
    expect(await refusal(directory)).toContain('actor/weights.bin: expected a file that can be read; got a directory')
  })
})

it('a path of a name that moves the cursor', async () => {
  expect(await refusal(join(folder(), ESCAPES.replace('\u0000', '')))).toContain(String.raw`\u001b[2J`)
})

it('a path of a NUL', async () => {
  expect(await refusal(`${join(folder(), 'x')}\u0000.safetensors`)).toContain(String.raw`\u0000`)
})

it('a path of a mebibyte', async () => {
  expect(await refusal(`/${'x'.repeat(MEBIBYTE)}`)).toContain('ENAMETOOLONG')
})
