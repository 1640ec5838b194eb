import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { type LayersModel as TheirModel, loadLayersModel } from '@tensorflow/tfjs-layers'
import { flatMap, mapLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseLayersModel } from '../../../src/learners/interchange/layersJson.js'
import {
  fromLayersModel,
  outlineOf,
  toLayersModel,
  type LayersFiles,
} from '../../../src/learners/interchange/layersModel.js'
import type { NetworkName } from '../../../src/learners/interchange/networkShape.js'
import { summarized } from '../../../src/learners/interchange/refusal.js'
import { putWeights, weightsOf, type Weights } from '../../../src/learners/interchange/weights.js'
import { seeded } from '../../../src/random.js'
import { bitsOf, learnerOf, linesOf, modeLogProbability, movedLearner, rightOf, said } from './learners.js'

const networks: readonly NetworkName[] = ['actor', 'critic']

/** A web server with the files of one model, as for a browser. */
let server: Server
let served: LayersFiles
let address: string
beforeAll(async () => {
  // Otherwise it prints the advice to use another backend.
  tf.env().set('PROD', true)
  await tf.setBackend('cpu')
  server = createServer(({ url }, response) => {
    response.end(url === '/model.json' ? served.model : url === '/weights.bin' ? served.weights : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.json`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const loaded = (weights: Weights, network: NetworkName): Promise<TheirModel> => {
  served = rightOf(toLayersModel(weights, network))
  return loadLayersModel(address)
}

/** The files that TensorFlow.js itself writes for a model. */
const saved = async (model: TheirModel): Promise<LayersFiles> => {
  let files: LayersFiles | undefined
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      const { weightSpecs = [], weightData } = artifacts
      const { modelTopology, format, generatedBy, convertedBy } = artifacts
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }]
      const json = { modelTopology, format, generatedBy, convertedBy, weightsManifest }
      files = { model: JSON.stringify(json), weights: new Uint8Array(weightData as ArrayBuffer) }
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  if (files === undefined) throw new Error('nothing was saved')
  return files
}

const readBack = (network: NetworkName, { model, weights }: LayersFiles) =>
  pipe(
    parseLayersModel(new TextEncoder().encode(model)),
    flatMap((parsed) => outlineOf(network, parsed)),
    flatMap((outline) => fromLayersModel(network, outline, weights)),
    mapLeft(summarized),
  )
const readBoth = (actor: LayersFiles, critic: LayersFiles): Weights => {
  const [a, c] = [rightOf(readBack('actor', actor)), rightOf(readBack('critic', critic))]
  return { ...a, tensors: new Map([...a.tensors, ...c.tensors]) }
}

const predicted = (model: TheirModel, rows: readonly (readonly number[])[]): number[][] =>
  tf.tidy(() => (model.predict(tf.tensor2d(rows.map((row) => [...row]))) as tf.Tensor2D).arraySync())

describe('TensorFlow.js with the files', () => {
  it.each([
    [3, 2, [4, 4], true],
    [11, 3, [64, 32], true],
    [5, 1, [7], true],
    [3, 2, [8, 8, 8], false],
  ] as const)(
    'computes what the learner does: %d observations, %d actions, widths %j, normalized %s',
    async (observations, actions, hidden, normalizePenultimate) => {
      const make = () => movedLearner({ hidden, normalizePenultimate }, 2, observations, actions)
      const weights = weightsOf(make().parameters, normalizePenultimate)
      const [actor, critic] = [await loaded(weights, 'actor'), await loaded(weights, 'critic')]
      const random = seeded(7)('inputs')
      const draw = (size: number): number[] => [...Float32Array.from({ length: size }, () => 2 * random.uniform() - 1)]
      const rows = Array.from({ length: 5 }, () => ({ observation: draw(observations), action: draw(actions) }))
      const heads = predicted(
        actor,
        rows.map(({ observation }) => observation),
      )
      const values = predicted(
        critic,
        rows.map(({ observation, action }) => [...observation, ...action]),
      )
      rows.forEach(({ observation, action }, i) => {
        const { mode, logProbability, actionValue } = said(make(), observation, action)
        const [mu, logStd] = [heads[i].slice(0, actions), heads[i].slice(actions)]
        mu.forEach((mean, j) => expect(Math.abs(mode[j] - Math.tanh(mean))).toBeLessThan(1e-5))
        const clamped = logStd.map((value) => Math.min(2, Math.max(-20, value)))
        expect(logProbability).toBeCloseTo(modeLogProbability(mu, clamped), 3)
        expect(Math.abs(actionValue - values[i][0])).toBeLessThan(1e-4 * Math.max(1, Math.abs(actionValue)))
      })
      actor.dispose()
      critic.dispose()
    },
  )

  it('leaves a penultimate vector of zeros at zero, as the learner does', async () => {
    const weights = weightsOf(learnerOf().parameters, true)
    const critic = await loaded(weights, 'critic')
    expect(predicted(critic, [[0, 0, 0, 0, 0]])).toEqual([[0]])
    critic.dispose()
  })

  it('differentiates them', async () => {
    const critic = await loaded(weightsOf(movedLearner({}, 4).parameters, true), 'critic')
    const value = (input: tf.Tensor): tf.Tensor => tf.sum(critic.apply(input) as tf.Tensor)
    const at = [0.3, -0.2, 0.5, 0.1, -0.7]
    const gradient = tf.tidy(() => [
      ...tf
        .grad(value)(tf.tensor2d([at]))
        .dataSync(),
    ])
    gradient.forEach((slope, i) => {
      const [low, high] = [-1e-2, 1e-2].map(
        (step) => predicted(critic, [at.map((x, j) => (i === j ? x + step : x))])[0][0],
      )
      expect(slope).toBeCloseTo((high - low) / 2e-2, 2)
    })
    critic.dispose()
  })
})

describe('a round trip', () => {
  it.each([true, false])('keeps every bit, normalized %s', (normalizePenultimate) => {
    const [from, to] = [movedLearner({}, 3), learnerOf()]
    from.parameters['actor.mu.weight'].set([-0, 1.17549435e-38, 1e-45, 3.4028235e38])
    const [actor, critic] = networks.map((network) =>
      rightOf(toLayersModel(weightsOf(from.parameters, normalizePenultimate), network)),
    )
    const weights = readBoth(actor, critic)
    putWeights(to.parameters, weights)
    expect(bitsOf(to)).toEqual(bitsOf(from))
    expect(weights.normalizePenultimate).toBe(normalizePenultimate)
  })

  it.each([true, false])(
    'keeps every bit through TensorFlow.js and what it saves, normalized %s',
    async (normalizePenultimate) => {
      const [from, to] = [movedLearner({}, 3), learnerOf()]
      const weights = weightsOf(from.parameters, normalizePenultimate)
      const tensors = tf.memory().numTensors
      const [actor, critic] = [await loaded(weights, 'actor'), await loaded(weights, 'critic')]
      const back = readBoth(await saved(actor), await saved(critic))
      putWeights(to.parameters, back)
      expect(bitsOf(to)).toEqual(bitsOf(from))
      expect(back.normalizePenultimate).toBe(normalizePenultimate)
      actor.dispose()
      critic.dispose()
      expect(tf.memory().numTensors).toBe(tensors)
    },
  )
})

const actorFiles = (): LayersFiles => rightOf(toLayersModel(weightsOf(movedLearner({}, 2).parameters, true), 'actor'))
/** The files with another `model.json`. */
const changed = (change: (model: string) => string): LayersFiles => ({
  ...actorFiles(),
  model: change(actorFiles().model),
})
const replaced = (from: string, to: string): LayersFiles => {
  expect(actorFiles().model).toContain(from)
  return changed((model) => model.replace(from, to))
}
const withWeights = (change: (bytes: Uint8Array) => Uint8Array): LayersFiles => ({
  ...actorFiles(),
  weights: change(actorFiles().weights.slice()),
})

describe('refused files', () => {
  it.each<[string, () => LayersFiles, string | RegExp]>([
    ['text that is not JSON', () => changed((model) => model.slice(0, 50)), 'expected JSON; got something else'],
    ['JSON of something else', () => changed(() => '{}'), /^modelTopology: expected .*; got nothing \(and 1 more\)$/],
    [
      'weights of another type',
      () => replaced('"float32"}', '"int32"}'),
      'weightsManifest[0].weights[0].dtype: expected float32; got "int32"',
    ],
    [
      'weights that were rounded',
      () => replaced('"dtype":"float32"}', '"dtype":"float32","quantization":{"dtype":"uint8"}}'),
      'weightsManifest[0].weights[0].quantization: expected no quantization: weights are what was saved; got {"dtype":"uint8"}',
    ],
    [
      'a weight that is not a number',
      () => withWeights((bytes) => bytes.fill(0xff, 4, 8)),
      'phi.0/kernel[1]: expected a finite number; got NaN',
    ],
    [
      'a unit norm without its gain',
      () => changed((model) => model.replace('"penultimate.unit/gamma"', '"penultimate.unit/delta"')),
      'penultimate.unit/gamma: expected a tensor; got nothing',
    ],
    [
      'another gain of the unit norm',
      () => withWeights((bytes) => bytes.fill(0, -36, -32)),
      'penultimate.unit/gamma[7]: expected 0.5, for a unit norm; got 0',
    ],
    [
      'another slope',
      () => replaced('"alpha":0.01', '"alpha":0.3'),
      'layer phi.0.rectified: alpha: expected 0.01; got 0.3',
    ],
    [
      'another activation',
      () => replaced('"activation":"linear"', '"activation":"relu"'),
      'layer phi.0: activation: expected "linear"; got "relu"',
    ],
    [
      'another layer',
      () => replaced('"class_name":"LeakyReLU"', '"class_name":"ELU"'),
      'layer phi.0.rectified: class_name: expected "LeakyReLU"; got "ELU"',
    ],
    [
      'another order',
      () => replaced('[["phi.0.rectified",0,0,{}]]', '[["phi.0",0,0,{}]]'),
      'layer phi.2: inbound_nodes: expected [[["phi.0.rectified",0,0,{}]]]; got [[["phi.0",0,0,{}]]]',
    ],
    [
      'another output',
      () => replaced('"output_layers":[["mu_and_log_std",0,0]]', '"output_layers":[["mu",0,0]]'),
      'output_layers: expected [["mu_and_log_std",0,0]]; got [["mu",0,0]]',
    ],
    [
      'a layer by another name',
      () => changed((model) => model.replaceAll('"mu"', '"mean"').replaceAll('mu/', 'mean/')),
      'actor.mu.weight: expected a tensor; got nothing',
    ],
    [
      'weights that are no layer of it',
      () => changed((model) => model.replaceAll('log_std/bias', 'log_std/gamma')),
      'actor.log_std.bias: expected a tensor; got nothing',
    ],
    [
      'a critic',
      () => rightOf(toLayersModel(weightsOf(learnerOf().parameters, true), 'critic')),
      'actor.mu.weight: expected a tensor; got nothing',
    ],
  ])('%s, in one line', (_what, files, line) => {
    const lines = linesOf(readBack('actor', files()))
    expect(lines).toHaveLength(1)
    if (typeof line === 'string') expect(lines[0]).toBe(line)
    else expect(lines[0]).toMatch(line)
  })

  it('weights that are not a published network, when they are written', () => {
    const { tensors } = weightsOf(learnerOf().parameters)
    const other = {
      normalizePenultimate: null,
      tensors: new Map([...tensors, ['actor.extra', { shape: [1], values: new Float32Array(1) }]]),
    }
    expect(linesOf(toLayersModel(other, 'actor'))).toEqual([
      'expected a tensor of the published networks; got "actor.extra"',
    ])
  })
})

it('a model lists its files of weights, in order', () => {
  const two = changed((model) => model.replace('"paths":["weights.bin"]', '"paths":["a.bin","b.bin"]'))
  expect(rightOf(parseLayersModel(new TextEncoder().encode(two.model))).groups.map(({ files }) => files)).toEqual([
    ['a.bin', 'b.bin'],
  ])
})
