import { describe, expect, it, vi } from 'vitest'
import { fromSafetensors, parseSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf } from '../../../src/learners/interchange/weights.js'
import {
  bitsOf,
  golden,
  goldenOutputs,
  learnerOf,
  linesOf,
  modeLogProbability,
  movedLearner,
  said,
} from './learners.js'

// The tests use networks of real widths, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

describe('a round trip', () => {
  it.each([true, false, null])(
    'keeps every bit, and what the file says of its networks: %s',
    (normalizePenultimate) => {
      const from = movedLearner({}, 3)
      from.parameters['actor.mu.weight'].set([-0, 1.17549435e-38, 1e-45, 3.4028235e38, -3.4028235e38])
      const weights = fromSafetensors(toSafetensors(weightsOf(from.parameters, normalizePenultimate)))
      const to = learnerOf()
      putWeights(to.parameters, weights)
      expect(bitsOf(to)).toEqual(bitsOf(from))
      expect(weights.normalizePenultimate).toBe(normalizePenultimate)
    },
  )

  it('keeps the bits of real widths', () => {
    const shapes = [{ hidden: [256, 256] }, 4, 376, 17] as const
    const [from, to] = [movedLearner(...shapes), learnerOf({ hidden: [256, 256] }, 5, 376, 17)]
    putWeights(to.parameters, fromSafetensors(toSafetensors(weightsOf(from.parameters))))
    expect(bitsOf(to)).toEqual(bitsOf(from))
  })
})

describe("PyTorch's files", () => {
  it('are read, and the networks have the outputs that they have in PyTorch', () => {
    const outputs = goldenOutputs()
    outputs.observations.forEach((observation, i) => {
      const learner = learnerOf()
      putWeights(learner.parameters, fromSafetensors(golden('pytorch.safetensors')))
      const { mode, logProbability, actionValue } = said(learner, observation, outputs.actions[i])
      outputs.mu[i].forEach((mu, j) => expect(Math.abs(mode[j] - Math.tanh(mu))).toBeLessThan(1e-6))
      expect(Math.abs(logProbability - modeLogProbability(outputs.mu[i], outputs.log_std[i]))).toBeLessThan(1e-5)
      expect(Math.abs(actionValue - outputs.q[i][0])).toBeLessThan(1e-6)
    })
  })

  it.each(['pytorch.safetensors', 'pytorch-with-switch.safetensors'])(
    '%s equals the file that we write, byte for byte',
    (name) => {
      expect(toSafetensors(fromSafetensors(golden(name)))).toEqual(golden(name))
    },
  )
})

/** A file of exactly these parts. */
const file = (header: unknown, body: ArrayLike<number> = []): Uint8Array => {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + 4 * body.length)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  for (let i = 0; i < body.length; i++) view.setFloat32(8 + text.length + 4 * i, body[i], true)
  return bytes
}
const tensor = (begin: number, end: number, shape: readonly number[] = [(end - begin) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})
const counted = (count: bigint): Uint8Array => {
  const bytes = new Uint8Array(20)
  new DataView(bytes.buffer).setBigUint64(0, count, true)
  return bytes
}
const whole = golden('pytorch.safetensors')

describe('refused files', () => {
  it('reads the file that the cases are made of', () => {
    expect([...fromSafetensors(file({ a: tensor(0, 8) }, [1, 2])).tensors]).toEqual([
      ['a', { shape: [2], values: Float32Array.of(1, 2) }],
    ])
  })

  it.each<[string, Uint8Array, string]>([
    ['no byte', new Uint8Array(0), 'file: expected eight bytes that count the header; got 0 bytes'],
    [
      'a header that is longer than the file',
      counted(2n ** 63n),
      'header: expected at most the 12 bytes that the file has for it; got a count of 9223372036854775808',
    ],
    ['a header that is not JSON', file('{"a":'), 'header: expected JSON; got something else'],
    ['a header that is no object', file('[1]'), 'header: expected a JSON object; got another value'],
    [
      'a pickle',
      Uint8Array.from([0x80, 2, 0x8a, 10, 0, 0, 0, 0, 1, 2, 3]),
      'file: expected a safetensors file; got a pickle, as torch.save writes (save with safetensors.torch.save_file)',
    ],
    [
      'a file that was cut off',
      whole.subarray(0, whole.length - 10),
      'critic.q.weight: expected bytes 404 to 420 of the tensors; got a file that ends after 410: it is truncated',
    ],
    [
      'bytes behind the last tensor',
      file({ a: tensor(0, 8) }, [1, 2, 3]),
      'file: expected its end after the last tensor; got 4 bytes more',
    ],
    ['brain floats', golden('bfloat16.safetensors'), 'actor.log_std.bias.dtype: expected F32; got "BF16"'],
    ['doubles', golden('double.safetensors'), 'actor.log_std.bias.dtype: expected F32; got "F64"'],
    [
      'a tensor without a shape',
      file({ a: { dtype: 'F32', data_offsets: [0, 4] } }, [1]),
      'a.shape: expected a list of sizes; got nothing',
    ],
    [
      'a key that the format does not have',
      file({ a: { ...tensor(0, 4), strides: [1] } }, [1]),
      'a.strides: expected one of dtype, shape, data_offsets; got "strides"',
    ],
    [
      'tensors that overlap',
      file({ a: tensor(0, 8), b: tensor(4, 12) }, [1, 2, 3]),
      'b.data_offsets: expected bytes from 8, where the tensor before it ends; got 4 to 12',
    ],
    [
      'a gap',
      file({ a: tensor(0, 4), b: tensor(8, 12) }, [1, 2, 3]),
      'b.data_offsets: expected bytes from 4, where the tensor before it ends; got 8 to 12',
    ],
    [
      'a shape of another size than its bytes',
      file({ a: tensor(0, 8, [3]) }, [1, 2]),
      'a.data_offsets: expected 12 bytes for shape [3]; got 0 to 8',
    ],
    [
      'a shape beyond all bytes',
      file({ a: tensor(0, 8, [2 ** 52, 2 ** 52]) }, [1, 2]),
      'a.data_offsets: expected 8.112963841460668e+31 bytes for shape [4503599627370496, 4503599627370496]; got 0 to 8',
    ],
    [
      'a weight that is not a number',
      file({ a: tensor(0, 12) }, [1, NaN, 3]),
      'a[1]: expected a finite number; got NaN',
    ],
    [
      'an infinite weight',
      file({ a: tensor(0, 12) }, [1, 2, -Infinity]),
      'a[2]: expected a finite number; got -Infinity',
    ],
    [
      'a switch of another word',
      file({ __metadata__: { normalizePenultimate: 'yes' } }),
      '__metadata__.normalizePenultimate: expected true or false; got "yes"',
    ],
  ])('%s, in one line', (_what, bytes, line) => {
    expect(linesOf(parseSafetensors(bytes))).toEqual([line])
  })

  it('every file that was cut off at any byte', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(linesOf(parseSafetensors(whole.subarray(0, length))).length, `${length} bytes`).toBeGreaterThan(0)
    }
  })
})
