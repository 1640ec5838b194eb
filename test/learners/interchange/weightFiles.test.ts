import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { weightsOf } from '../../../src/learners/interchange/weights.js'
import { loadWeights, saveWeights } from '../../../src/learners/interchange/learnerFiles.js'
import { readWeights as readChecked, writeWeights } from '../../../src/learners/interchange/weightFiles.js'
import { checkPublished } from '../../../src/learners/interchange/networkShape.js'
import { bitsOf, golden, learnerOf, linesOf, movedLearner, rightOf } from './learners.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-weights-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
const at = (...names: string[]): string => join(place, ...names)

const readWeights = (path: string) => readChecked(path, checkPublished)

describe('saving and loading', () => {
  it.each(['learner.safetensors', 'learner'])('to %s and back keeps every bit', async (name) => {
    const [from, to] = [movedLearner({}, 2), learnerOf()]
    await saveWeights(at(name), from)
    await loadWeights(at(name), to)
    expect(bitsOf(to)).toEqual(bitsOf(from))
  })

  it('from one format to the other and back makes the same file', async () => {
    const weights = weightsOf(movedLearner({ hidden: [6, 5] }, 3).parameters, true)
    rightOf(await writeWeights(at('a.safetensors'), weights)())
    rightOf(await writeWeights(at('a'), rightOf(await readWeights(at('a.safetensors'))()))())
    rightOf(await writeWeights(at('b.safetensors'), rightOf(await readWeights(at('a'))()))())
    expect(readFileSync(at('b.safetensors'))).toEqual(readFileSync(at('a.safetensors')))
  })

  it('writes a model.json and its weights for each network, and nothing else', async () => {
    await saveWeights(at('files'), learnerOf())
    expect(readdirSync(at('files'), { recursive: true }).sort()).toEqual([
      'actor',
      join('actor', 'model.json'),
      join('actor', 'weights.bin'),
      'critic',
      join('critic', 'model.json'),
      join('critic', 'weights.bin'),
    ])
  })

  it('records that a learner does not normalize', async () => {
    await saveWeights(at('plain'), learnerOf({ normalizePenultimate: false }), { normalizePenultimate: false })
    expect(rightOf(await readWeights(at('plain'))()).normalizePenultimate).toBe(false)
  })

  it("reads PyTorch's own file", async () => {
    writeFileSync(at('pytorch.safetensors'), golden('pytorch.safetensors'))
    await loadWeights(at('pytorch.safetensors'), learnerOf())
  })

  it('replaces an older safetensors file, and leaves no other file', async () => {
    mkdirSync(at('older'))
    await saveWeights(at('older', 'x.safetensors'), movedLearner({}, 1))
    await saveWeights(at('older', 'x.safetensors'), movedLearner({}, 2))
    const to = learnerOf()
    await loadWeights(at('older', 'x.safetensors'), to)
    expect(bitsOf(to)).toEqual(bitsOf(movedLearner({}, 2)))
    expect(readdirSync(at('older'))).toEqual(['x.safetensors'])
  })

  it('takes an empty directory for models', async () => {
    mkdirSync(at('empty'))
    await saveWeights(at('empty'), learnerOf())
    expect(readdirSync(at('empty')).sort()).toEqual(['actor', 'critic'])
  })
})

describe('refused files', () => {
  const saved = async (name: string): Promise<string> => {
    await saveWeights(at(name), movedLearner({}, 2))
    return at(name)
  }
  const expectLine = async (path: string, line: string) => {
    const learner = learnerOf()
    const before = bitsOf(learner)
    await expect(loadWeights(path, learner)).rejects.toThrow(new Error(line))
    expect(bitsOf(learner)).toEqual(before)
  }

  it('no file at all', () =>
    expectLine(
      at('none.safetensors'),
      `${at('none.safetensors')}: expected a .safetensors file or a directory of layers models; got ENOENT: no such file or directory`,
    ))

  it('a directory of something else', () => {
    mkdirSync(at('something'))
    const file = at('something', 'actor', 'model.json')
    return expectLine(
      at('something'),
      `${file}: expected a file that can be read; got ENOENT: no such file or directory`,
    )
  })

  it('a directory of a run, with the nearest file', () => {
    mkdirSync(at('run'))
    for (const name of ['config.json', 'initial.safetensors', 'weights.safetensors']) writeFileSync(at('run', name), '')
    return expectLine(
      at('run'),
      `${at('run')}: expected a .safetensors file or a directory of layers models; got another directory; ` +
        `nearest: ${at('run', 'weights.safetensors')}`,
    )
  })

  it('a model without its weights', async () => {
    const path = await saved('without-weights')
    const file = join(path, 'critic', 'weights.bin')
    rmSync(file)
    await expectLine(path, `${file}: expected a file that can be read; got ENOENT: no such file or directory`)
  })

  it('a model with truncated weights', async () => {
    const path = await saved('truncated')
    const file = join(path, 'critic', 'weights.bin')
    writeFileSync(file, readFileSync(file).subarray(0, 100))
    await expectLine(path, `${join(path, 'critic')}: weights: expected 260 bytes, as model.json says; got 100`)
  })

  it('an actor and a critic of two kinds', async () => {
    const path = await saved('mixed')
    await saveWeights(at('unnormalized'), learnerOf(), { normalizePenultimate: false })
    rmSync(join(path, 'critic'), { recursive: true })
    mkdirSync(join(path, 'critic'))
    for (const name of ['model.json', 'weights.bin']) {
      writeFileSync(join(path, 'critic', name), readFileSync(at('unnormalized', 'critic', name)))
    }
    await expectLine(
      path,
      `${path}: expected an actor and a critic that are both normalized, or neither; got one of each`,
    )
  })

  it('a truncated safetensors file', async () => {
    const path = await saved('cut.safetensors')
    writeFileSync(path, readFileSync(path).subarray(0, 1000))
    await expectLine(
      path,
      `${path}: header: expected at most the 992 bytes that the file has for it; got a count of 1072`,
    )
  })

  it('weights of another task', async () => {
    await saveWeights(at('other.safetensors'), learnerOf({}, 1, 11, 3))
    const line = 'actor.phi.0.weight: expected shape [4, 3]; got [4, 11] (and 5 more)'
    await expectLine(at('other.safetensors'), `${at('other.safetensors')}: ${line}`)
  })

  const wrote = async (path: string): Promise<string[]> =>
    linesOf(await writeWeights(path, weightsOf(learnerOf().parameters))())

  it('a name that looks like another kind of file', async () => {
    const path = at('weights.safetensor')
    expect(await wrote(path)).toEqual([
      `${path}: expected a name that ends in .safetensors, or a directory's; got ".safetensor"; nearest: .safetensors`,
    ])
    expect(existsSync(path)).toBe(false)
  })

  it('a directory that is not empty, which does not change', async () => {
    const path = await saved('full')
    const before = readFileSync(join(path, 'actor', 'model.json'))
    const line = `${path}: expected a directory that is new or empty; got a directory that holds "actor"`
    expect(await wrote(path)).toEqual([line])
    expect(readFileSync(join(path, 'actor', 'model.json'))).toEqual(before)
  })

  it('a place that does not exist', async () => {
    const path = at('nowhere', 'x.safetensors')
    expect(await wrote(path)).toEqual([
      `${path}: expected a place that can be written to; got no directory "${at('nowhere')}" for it`,
    ])
    expect(readdirSync(place).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('a place that is a directory, without leaving a file', async () => {
    mkdirSync(at('taken.safetensors', 'kept'), { recursive: true })
    expect(await wrote(at('taken.safetensors'))).toEqual([
      `${at('taken.safetensors')}: expected a place that can be written to; got a directory`,
    ])
    expect(readdirSync(at('taken.safetensors'))).toEqual(['kept'])
    expect(readdirSync(place).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
