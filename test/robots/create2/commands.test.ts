import { describe, expect, test } from 'vitest'
import { type Command, type Refused, commandParser } from '../../../src/robots/create2/commandParser.js'
import { commands, joined, opcodes } from '../../../src/robots/create2/commands.js'
import { seeded } from '../../../src/random.js'

const parsed = (...bytes: readonly number[]): readonly (Command | Refused)[] =>
  commandParser().parse(Uint8Array.from(bytes))

describe('vectors of the specification and of other drivers', () => {
  test.each<readonly [name: string, bytes: readonly number[], encoded: Uint8Array, command: unknown]>([
    ['stream', [148, 2, 29, 13], commands.stream([29, 13]), { name: 'stream', ids: [29, 13] }],
    ['query', [149, 2, 7, 13], commands.query([7, 13]), { name: 'queryList', ids: [7, 13] }],
    ['query', [149, 2, 35, 15], commands.query([35, 15]), { name: 'queryList', ids: [35, 15] }],
    ['drive', [137, 255, 56, 1, 244], commands.drive(-200, 500), { name: 'drive', velocity: -200, radius: 500 }],
    [
      'drive direct',
      [145, 0, 150, 1, 44],
      commands.driveDirect(300, 150),
      { name: 'driveDirect', left: 300, right: 150 },
    ],
    ['drive PWM', [146, 0, 100, 255, 156], commands.drivePwm(-100, 100), { name: 'drivePwm', left: -100, right: 100 }],
    ['PWM motors', [144, 100, 206, 25], commands.pwmMotors(100, -50, 25), { name: 'pwmMotors', data: [100, 206, 25] }],
    ['baud 57600', [129, 10], commands.baud(57_600), { name: 'baud', rate: 57_600 }],
    ['baud 2400', [129, 3], commands.baud(2400), { name: 'baud', rate: 2400 }],
    ['pause', [150, 0], commands.pauseStream(), { name: 'pauseResumeStream', resumes: false }],
    ['resume', [150, 1], commands.resumeStream(), { name: 'pauseResumeStream', resumes: true }],
    [
      'LEDs, dock on, green at half',
      [139, 4, 0, 128],
      commands.leds({ dock: true, intensity: 128 }),
      { name: 'leds', lights: { debris: false, spot: false, dock: true, check: false, color: 0, intensity: 128 } },
    ],
    [
      'straight',
      [137, 0, 200, 128, 0],
      commands.drive(200, 'straight'),
      { name: 'drive', velocity: 200, radius: 'straight' },
    ],
    [
      'spin',
      [137, 0, 200, 255, 255],
      commands.drive(200, 'clockwise'),
      { name: 'drive', velocity: 200, radius: 'clockwise' },
    ],
    [
      'song',
      [140, 1, 2, 60, 16, 64, 32],
      commands.song(1, [
        { note: 60, length: 16 },
        { note: 64, length: 32 },
      ]),
      {
        name: 'song',
        number: 1,
        notes: [
          { note: 60, length: 16 },
          { note: 64, length: 32 },
        ],
      },
    ],
  ])('%s', (_name, bytes, encoded, command) => {
    expect([...encoded]).toEqual(bytes)
    expect(parsed(...bytes)).toEqual([command])
  })

  test('another radius than the straight one is refused where a public vector has 2048 mm/s and radius 0 for straight', () => {
    expect(parsed(137, 8, 0, 0, 0)).toMatchObject([{ name: 'refused' }])
    expect(() => commands.drive(2048, 'straight')).toThrow(
      'create2: drive: velocity: expected an integer from -500 to 500 mm/s, got 2048',
    )
    expect(() => commands.drive(200, 0)).toThrow("radius: expected 'straight' or a radius other than 0, got 0")
  })
})

describe('ranges', () => {
  test.each<readonly [string, () => unknown, string]>([
    ['a speed', () => commands.driveDirect(501, 0), 'left: expected an integer from -500 to 500 mm/s, got 501'],
    ['a fraction', () => commands.driveDirect(0, 1.5), 'right: expected an integer from -500 to 500 mm/s, got 1.5'],
    ['no number', () => commands.driveDirect(NaN, 0), 'left: expected an integer from -500 to 500 mm/s, got NaN'],
    [
      'infinity',
      () => commands.drive(Infinity, 1),
      'velocity: expected an integer from -500 to 500 mm/s, got Infinity',
    ],
    ['a radius', () => commands.drive(1, 2001), 'radius: expected an integer from -2000 to 2000 mm, got 2001'],
    ['a song without notes', () => commands.song(0, []), 'notes: expected an integer from 1 to 16, got 0'],
    ['a song', () => commands.song(4, []), 'number: expected an integer from 0 to 3, got 4'],
    ['a light', () => commands.leds({ color: 256 }), 'color: expected an integer from 0 to 255, got 256'],
    ['a packet', () => commands.stream([59]), 'packet: expected 7 to 58 or a group'],
    ['too many packets', () => commands.stream([100, 100, 6]), 'expected frames of at most 172 bytes'],
  ])('%s', (_name, encode, complaint) => expect(encode).toThrow(complaint))
})

describe('the parser', () => {
  const program = joined(
    commands.start(),
    commands.safe(),
    commands.song(0, [{ note: 60, length: 8 }]),
    commands.stream([100]),
    commands.driveDirect(-500, 500),
    commands.stop(),
  )

  test('reads the same commands however the bytes are cut', () => {
    const whole = commandParser().parse(program)
    expect(whole.map(({ name }) => name)).toEqual(['start', 'safe', 'song', 'stream', 'driveDirect', 'stop'])
    for (let cut = 1; cut < program.length; cut++) {
      const parser = commandParser()
      expect([...parser.parse(program.slice(0, cut)), ...parser.parse(program.slice(cut))]).toEqual(whole)
    }
  })

  test('a command that is cut takes the bytes of the next one', () => {
    const parser = commandParser()
    expect(parser.parse(Uint8Array.of(opcodes.driveDirect, 0, 100))).toEqual([])
    expect(parser.parse(Uint8Array.of(0, 50, opcodes.stop))).toEqual([
      { name: 'driveDirect', right: 100, left: 50 },
      { name: 'stop', data: [] },
    ])
  })

  test('a million random bytes', () => {
    const random = seeded(1)('bytes')
    const parser = commandParser()
    let commandsRead = 0
    for (let piece = 0; piece < 1000; piece++) {
      commandsRead += parser.parse(Uint8Array.from({ length: 1000 }, () => Math.floor(256 * random.uniform()))).length
    }
    expect(commandsRead).toBeGreaterThan(10_000)
    expect(commandsRead).toBeLessThan(1_000_000)
  })
})
