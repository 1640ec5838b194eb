/** The lines of URScript that a simulated arm understands. */
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/random.js'
import { script } from '../../../src/robots/ur/script.js'
import { parseScript } from '../../../src/robots/urSimulator/scriptParser.js'

const zeros = [0, 0, 0, 0, 0, 0]

describe('the reader of lines', () => {
  test('reads what the driver writes', () => {
    expect(parseScript(script.speedj([0.1, 0, 0, 0, 0, -0.5], 1.4, 0.1))).toEqual({
      kind: 'motion',
      motion: { kind: 'speedj', speeds: [0.1, 0, 0, 0, 0, -0.5], acceleration: 1.4, time: 0.1 },
    })
    expect(parseScript(script.movej(zeros, { time: 2 }))).toMatchObject({ motion: { kind: 'movej', time: 2 } })
    expect(parseScript(script.servoj(zeros))).toMatchObject({ motion: { kind: 'servoj', time: 0.008, lookahead: 0.1 } })
    expect(parseScript(script.stopj(3))).toMatchObject({ motion: { kind: 'stopj', acceleration: 3 } })
    expect(parseScript('set unlock protective stop')).toEqual({ kind: 'unlock' })
  })

  test.each([
    ['speedj([0,0,0,0,0], 1, 1)', 'speedj: expected six numbers, got [0,0,0,0,0]'],
    ['speedj([nan,0,0,0,0,0], 1, 1)', 'speedj: expected six numbers'],
    ['speedj([0,0,0,0,0,0], 99, 1)', 'speedj: a: expected 0 to 40, got 99'],
    ['movej([0,0,0,0,0,0], b=1)', 'movej: unexpected argument b=1'],
    ['movej([0,0,0,0,0,0], v=0)', 'movej: v: expected a speed above 0, got 0'],
    ['stopj()', 'stopj: a: expected 0 to 40, got null'],
    ['popup("x")', 'not understood: popup("x")'],
  ])('refuses %s', (line, why) => {
    const read = parseScript(line)
    expect(read.kind === 'refused' && read.why).toContain(why)
  })

  test('never throws', () => {
    const random = seeded(2)('environment')
    const letters = 'speedj([0,1.-e]) \n=atv'
    for (let round = 0; round < 20_000; round++) {
      const line = Array.from({ length: 30 }, () => letters[Math.floor(letters.length * random.uniform())]).join('')
      expect(() => parseScript(`speedj(${line}`)).not.toThrow()
    }
  })
})
