import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/random.js'
import { checkNames, inputType, inputs, outputType, outputs } from '../../../src/robots/ur/rtdeFields.js'
import { nonFinite, readRecipe, recipeOf, writeRecipe } from '../../../src/robots/ur/recipe.js'
import {
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
  type RtdeReply,
  type RtdeRequest,
  rtdeSize,
  type RtdeVersion,
} from '../../../src/robots/ur/rtdeMessages.js'
import { type RtdeType, isRtdeType, sizeOfType } from '../../../src/robots/ur/rtdeTypes.js'
import { sizedDecoder } from '../../../src/robots/ur/sizedFrames.js'

/** Bytes of hexadecimal digits, and of texts in quotes. */
const bytes = (text: string): Uint8Array =>
  Uint8Array.from(
    [...text.matchAll(/'([^']*)'|([0-9a-f]{2})/g)].flatMap(([, letters, digits]) =>
      letters === undefined ? [parseInt(digits, 16)] : [...letters].map((letter) => letter.charCodeAt(0)),
    ),
  )
/** A frame of a type and its payload, with its size. */
const framed = (type: string, payload: string): Uint8Array => {
  const rest = bytes(payload)
  return Uint8Array.from([0, rest.length + 3, type.charCodeAt(0), ...rest])
}

const requests: readonly (readonly [string, Uint8Array, RtdeRequest, RtdeVersion?])[] = [
  ['version 2', bytes('00 05 56 00 02'), { type: 'protocolVersion', version: 2 }],
  ['version 1', bytes('00 05 56 00 01'), { type: 'protocolVersion', version: 1 }],
  ['the version of the controller', bytes('00 03 76'), { type: 'controllerVersion' }],
  [
    'outputs at 500 Hz',
    bytes(`00 1d 4f 40 7f 40 00 00 00 00 00 'actual_q,actual_qd'`),
    { type: 'outputs', frequency: 500, names: ['actual_q', 'actual_qd'] },
  ],
  [
    'outputs at 125 Hz',
    bytes(`00 13 4f 40 5f 40 00 00 00 00 00 'actual_q'`),
    { type: 'outputs', frequency: 125, names: ['actual_q'] },
  ],
  [
    'outputs in version 1',
    bytes(`00 15 4f 'actual_q,actual_qd'`),
    { type: 'outputs', frequency: null, names: ['actual_q', 'actual_qd'] },
    1,
  ],
  [
    'inputs',
    bytes(`00 2a 49 'speed_slider_mask,speed_slider_fraction'`),
    { type: 'inputs', names: ['speed_slider_mask', 'speed_slider_fraction'] },
  ],
  ['start', bytes('00 03 53'), { type: 'start' }],
  ['pause', bytes('00 03 50'), { type: 'pause' }],
  ['input data', bytes('00 08 55 01 00 00 00 01'), { type: 'data', recipe: 1, values: bytes('00 00 00 01') }],
  ['a text', bytes(`00 0e 4d 05 'hello' 03 'sim' 02`), { type: 'text', message: 'hello', source: 'sim', level: 2 }],
]

const replies: readonly (readonly [string, Uint8Array, RtdeReply, RtdeVersion?])[] = [
  ['version accepted', bytes('00 04 56 01'), { type: 'protocolVersion', accepted: true }],
  ['version refused', bytes('00 04 56 00'), { type: 'protocolVersion', accepted: false }],
  [
    'controller 5.8.0',
    bytes('00 13 76 00000005 00000008 00000000 00000000'),
    { type: 'controllerVersion', major: 5, minor: 8, bugfix: 0, build: 0 },
  ],
  [
    'controller 5.12.2',
    framed('v', '00000005 0000000c 00000002 00000000'),
    { type: 'controllerVersion', major: 5, minor: 12, bugfix: 2, build: 0 },
  ],
  ['outputs', framed('O', `01 'DOUBLE,VECTOR6D'`), { type: 'outputs', recipe: 1, types: ['DOUBLE', 'VECTOR6D'] }],
  [
    'outputs refused',
    framed('O', `00 'NOT_FOUND,VECTOR6D'`),
    { type: 'outputs', recipe: 0, types: ['NOT_FOUND', 'VECTOR6D'] },
  ],
  ['outputs in version 1', framed('O', `'DOUBLE'`), { type: 'outputs', recipe: null, types: ['DOUBLE'] }, 1],
  ['inputs', bytes(`00 11 49 01 'UINT32,DOUBLE'`), { type: 'inputs', recipe: 1, types: ['UINT32', 'DOUBLE'] }],
  ['inputs in use', framed('I', `00 'IN_USE,IN_USE'`), { type: 'inputs', recipe: 0, types: ['IN_USE', 'IN_USE'] }],
  ['started', bytes('00 04 53 01'), { type: 'start', accepted: true }],
  ['paused', bytes('00 04 50 01'), { type: 'pause', accepted: true }],
  ['a text in version 1', bytes(`00 09 4d 01 'hello'`), { type: 'text', message: 'hello', source: '', level: 1 }, 1],
]

describe('vectors', () => {
  test.each(requests.map(([name, frame, request, version]) => ({ name, frame, request, version })))(
    'request: $name',
    ({ frame, request, version }) => {
      expect(decodeRequest(frame, version)).toEqual(request)
      expect([...encodeRequest(request, version)]).toEqual([...frame])
    },
  )

  test.each(replies.map(([name, frame, reply, version]) => ({ name, frame, reply, version })))(
    'reply: $name',
    ({ frame, reply, version }) => {
      expect(decodeReply(frame, version)).toEqual(reply)
      expect([...encodeReply(reply, version)]).toEqual([...frame])
    },
  )

  const field = (name: string, type: RtdeType) => ({ name, type })
  const timestamp = field('timestamp', 'DOUBLE')
  test.each([
    [
      'timestamp and speed fraction',
      bytes('00 14 55 01 40d0070d2f1a9fbe 3ff0000000000000'),
      [timestamp, field('target_speed_fraction', 'DOUBLE')],
      { timestamp: 16412.206, target_speed_fraction: 1 },
    ],
    ['a timestamp', bytes('00 0c 55 01 40cf8ff9db22d0e5'), [timestamp], { timestamp: 16159.952 }],
    [
      'registers',
      bytes('00 10 55 01 3f d3 33 33 33 33 33 33 00 00 00 07'),
      [field('input_double_register_24', 'DOUBLE'), field('input_int_register_24', 'INT32')],
      { input_double_register_24: 0.3, input_int_register_24: 7 },
    ],
  ] as const)('data: %s', (_name, frame, fields, values) => {
    const recipe = recipeOf(fields)
    const message = decodeReply(frame)
    if (message.type !== 'data') throw new Error('expected data')
    expect(message.recipe).toBe(1)
    expect(readRecipe(recipe, message.values)).toEqual(values)
    const written = encodeReply({ type: 'data', recipe: 1, values: writeRecipe(recipe, values) })
    expect([...written]).toEqual([...frame])
  })

  test('data: a capture of a robot, in both versions', () => {
    const payload =
      '40d0758c49ba5e35 bff99c77d110b460 bffba233d110b460 c0019fbe68885a30 bfe9db22a22168c0 3ff98587a0000000 bf9fbe74442d1800'
    const recipe = recipeOf([timestamp, field('actual_q', 'VECTOR6D')])
    for (const [frame, version] of [
      [framed('U', `01 ${payload}`), 2],
      [framed('U', payload), 1],
    ] as const) {
      const message = decodeReply(frame, version)
      if (message.type !== 'data') throw new Error('expected data')
      expect(message.recipe).toBe(version === 2 ? 1 : null)
      const values = readRecipe(recipe, message.values)
      expect(values?.['timestamp']).toBe(16854.192)
      const q = values?.['actual_q'] as readonly number[]
      for (const [i, angle] of [-1.6007002, -1.7271002, -2.2029998, -0.8079999, 1.5951, -0.0309998].entries()) {
        expect(q[i]).toBeCloseTo(angle, 6)
      }
    }
  })

  test('a frame of an unknown type is skipped, and one that is longer than its bytes waits', () => {
    expect(decodeReply(bytes('00 05 02 00 00'))).toEqual({ type: 'unknown', code: 2 })
    const decoder = sizedDecoder(rtdeSize)
    expect(decoder.decode(bytes('00 06 02 00 00'))).toEqual([])
    expect(decoder.waiting).toBe(5)
    expect(decoder.decode(bytes('00'))).toEqual([bytes('00 06 02 00 00 00')])
  })

  test('bytes after a reply begin the next frame', () => {
    const decoder = sizedDecoder(rtdeSize)
    expect(decoder.decode(bytes('00 04 56 01 02 01 02'))).toEqual([bytes('00 04 56 01')])
    expect(decoder.failure).toBeNull()
    expect(decoder.waiting).toBe(3)
  })

  test('the known wrong vectors: a size of 17 for 19 bytes, and 8 bytes too many', () => {
    const setup = bytes(`00 11 4f 01 'DOUBLE,VECTOR6D'`)
    expect(setup.length).toBe(19)
    expect(decodeReply(setup)).toEqual({ type: 'malformed', code: 79 })
    // In a stream the two last letters are the size of the next frame, which cannot be one.
    const decoder = sizedDecoder(rtdeSize)
    expect(decoder.decode(setup)).toHaveLength(1)
    expect(decoder.failure).toBe('a frame of 13892 bytes came, where 3 to 8192 are possible')
    const bits = recipeOf([field('robot_status_bits', 'UINT32')])
    expect(readRecipe(bits, new Uint8Array(12))).toBeNull()
  })

  test.each(['00 02 56', '00 00 00', 'ff ff 55'])('a size that cannot be one, %s, ends the decoder', (text) => {
    const decoder = sizedDecoder(rtdeSize)
    expect(decoder.decode(bytes(`00 04 53 01 ${text}`))).toEqual([bytes('00 04 53 01')])
    expect(decoder.failure).toContain('where 3 to 8192 are possible')
    expect(decoder.decode(bytes('00 04 53 01'))).toEqual([])
  })

  test.each([
    '00 03 56',
    '00 05 56 01 01',
    '00 04 56 02',
    '00 04 53 07',
    '00 04 76 01',
    '00 03 55',
    '00 06 4d 09 41 41',
  ])('a reply of another form, %s, is refused', (text) => {
    expect(decodeReply(bytes(text)).type).toBe('malformed')
  })

  test('values that are not finite are named', () => {
    const recipe = recipeOf([timestamp, field('actual_q', 'VECTOR6D')])
    const values = { timestamp: NaN, actual_q: [0, 1, Infinity, 3, 4, 5] }
    const read = readRecipe(recipe, writeRecipe(recipe, values))!
    expect(nonFinite(read)).toEqual(['timestamp', 'actual_q[2]'])
    expect([...writeRecipe(recipe, values).subarray(0, 2)]).toEqual([0x7f, 0xf8])
  })
})

describe('fields', () => {
  test('the suggested outputs have 220 bytes', () => {
    const names = ['timestamp', 'actual_q', 'actual_qd', 'target_q', 'actual_TCP_pose', 'robot_mode', 'safety_mode']
    const fields = [...names, 'runtime_state', 'speed_scaling'].map((name) => ({ name, type: outputType(name)! }))
    expect(recipeOf(fields).size).toBe(220)
  })

  test('registers have their types and bounds', () => {
    expect(outputType('output_int_register_47')).toBe('INT32')
    expect(outputType('output_double_register_0')).toBe('DOUBLE')
    expect(inputType('input_bit_register_127')).toBe('BOOL')
    for (const name of ['output_int_register_48', 'output_bit_register_63', 'output_int_register_01', 'toString']) {
      expect(outputType(name)).toBeNull()
    }
    expect(outputType('input_int_register_1')).toBeNull()
  })

  test('all types have a size, and bits of 64 are exact', () => {
    for (const type of [...Object.values(outputs), ...Object.values(inputs)]) expect(isRtdeType(type)).toBe(true)
    const recipe = recipeOf([{ name: 'actual_digital_input_bits', type: 'UINT64' }])
    const values = { actual_digital_input_bits: 0xfedcba9876543210n }
    expect(readRecipe(recipe, writeRecipe(recipe, values))).toEqual(values)
    expect(sizeOfType('VECTOR6UINT32')).toBe(24)
  })

  test('wrong names and values are refused with what was expected', () => {
    expect(() => checkNames('ur5', ['actual_g'], 'outputs')).toThrow(
      'ur5: outputs: expected names of RTDE outputs, got "actual_g"; nearest: actual_q',
    )
    expect(() => checkNames('ur5', ['timestamp', 'timestamp'], 'outputs')).toThrow(
      'ur5: outputs: expected each name once',
    )
    const many = Array.from({ length: 48 }, (_, i) => [
      `output_int_register_${i}`,
      `output_double_register_${i}`,
    ]).flat()
    expect(() => checkNames('ur5', many, 'outputs')).toThrow('expected names of at most 2048 bytes')
    const bits = recipeOf([{ name: 'tool_digital_output', type: 'UINT8' }])
    expect(() => writeRecipe(bits, { tool_digital_output: 256 })).toThrow(
      'tool_digital_output: expected an integer from 0 to 255, got 256',
    )
    expect(() => writeRecipe(bits, {})).toThrow('tool_digital_output: expected a value of UINT8, got undefined')
  })
})

describe('fuzzing', () => {
  const random = seeded(17)('environment')
  const draw = (below: number): number => Math.floor(below * random.uniform())

  test('the same frames however the bytes are cut', () => {
    for (let run = 0; run < 100; run++) {
      const sent = Array.from({ length: 30 }, () => replies[draw(replies.length - 1)][1])
      const whole = Uint8Array.from(sent.flatMap((frame) => [...frame]))
      const decoder = sizedDecoder(rtdeSize)
      const found: Uint8Array[] = []
      for (let at = 0; at < whole.length;) {
        const length = 1 + draw(40)
        found.push(...decoder.decode(whole.subarray(at, at + length)))
        at += length
      }
      expect(found).toEqual(sent)
    }
  })

  test('a million random bytes as frames: none throws, and no decoder holds more than one frame', () => {
    let decoder = sizedDecoder(rtdeSize)
    let read = 0
    let frames = 0
    while (read < 1_000_000) {
      // Sizes that can be ones, so that frames of any content are read.
      const size = 3 + draw(60)
      const frame = Uint8Array.from({ length: size }, () => draw(256))
      if (random.uniform() < 0.95) frame.set([0, size])
      if (random.uniform() < 0.8) frame[2] = [86, 118, 77, 85, 79, 73, 83, 80][draw(8)]
      read += size
      for (const found of decoder.decode(frame)) {
        frames += 1
        for (const version of [1, 2] as const) {
          expect(() => [decodeReply(found, version), decodeRequest(found, version)]).not.toThrow()
        }
      }
      expect(decoder.waiting).toBeLessThan(rtdeSize.longest)
      if (decoder.failure !== null) decoder = sizedDecoder(rtdeSize)
    }
    expect(frames).toBeGreaterThan(5000)
  }, 60_000)
})
