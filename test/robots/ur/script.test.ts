import { describe, expect, test } from 'vitest'
import { dashboardReply } from '../../../src/robots/ur/dashboardReplies.js'
import { script } from '../../../src/robots/ur/script.js'

describe('lines', () => {
  test('have numbers without exponents, and end with a newline', () => {
    expect(script.speedj([0, 0.3, -1e-7, 1e-12, -0, 1 / 3], 1.4, 0.008)).toBe(
      'speedj([0,0.3,-0.0000001,0,0,0.333333333], 1.4, 0.008)\n',
    )
    expect(script.servoj([0, 1, 2, 3, 4, 5])).toBe('servoj([0,1,2,3,4,5], 0, 0, 0.008, 0.1, 300)\n')
    expect(script.stopj(3)).toBe('stopj(3)\n')
    expect(script.movej([1.5, -2, 0, 0, 0, 0], { time: 2 })).toBe('movej([1.5,-2,0,0,0,0], a=1.4, v=1.05, t=2)\n')
    expect(script.movej([0, 0, 0, 0, 0, 100 / 17])).toContain('5.882352941]')
  })

  const zeros = [0, 0, 0, 0, 0, 0]
  test.each([
    [() => script.speedj([0, NaN, 0, 0, 0, 0], 1.4, 0.1), 'speedj: speeds[1]: expected a number from -3.14'],
    [() => script.speedj([0, 0, 0, 0, 0, 3.2], 1.4, 0.1), 'speedj: speeds[5]: expected a number from -3.14'],
    [() => script.speedj([0, 0], 1.4, 0.1), 'speedj: speeds: expected 6 joints, got 2'],
    [() => script.speedj(zeros, 41, 0.1), 'speedj: acceleration: expected a number from 0.01 to 40, got 41'],
    [() => script.speedj(zeros, 1.4, Infinity), 'speedj: time: expected a number from 0.001 to 60, got Infinity'],
    [() => script.servoj([7, 0, 0, 0, 0, 0]), 'servoj: angles[0]: expected a number from -6.28'],
    [() => script.servoj(zeros, { lookahead: 0.3 }), 'servoj: lookahead: expected a number from 0.03 to 0.2, got 0.3'],
    [() => script.servoj(zeros, { gain: 99 }), 'servoj: gain: expected a number from 100 to 2000, got 99'],
    [() => script.stopj(0), 'stopj: acceleration: expected a number from 0.01 to 40, got 0'],
    [() => script.movej([0, 0, 0, 0, 0, -Infinity]), 'movej: angles[5]: expected a number from -6.28'],
    [() => script.movej(zeros, { speed: 4 }), 'movej: speed: expected a number from 0.001 to 3.14'],
    [() => script.movej(zeros, { time: -1 }), 'movej: time: expected a number from 0 to 60, got -1'],
  ] as const)('refuse what is out of range or not finite (%#)', (make, complaint) => {
    expect(make).toThrow(complaint)
  })
})

test.each([
  ['unlock protective stop', 'Protective stop releasing\n', true, null],
  ['unlock protective stop', 'Failed to execute: unlock protective stop', false, null],
  ['robotmode', 'Robotmode: RUNNING', true, 'RUNNING'],
  ['safetymode', 'Safetymode: PROTECTIVE_STOP', true, 'PROTECTIVE_STOP'],
  ['safetystatus', 'Safetystatus: NORMAL\r\n', true, 'NORMAL'],
  ['programState', 'PLAYING reach.urp', true, 'PLAYING'],
  ['running', 'Program running: false', true, 'false'],
  ['is in remote control', 'true', true, 'true'],
  ['PolyscopeVersion', 'URSoftware 5.12.2.1101534 (Nov 18 2021)', true, 'URSoftware 5.12.2.1101534 (Nov 18 2021)'],
  ['power on', 'Powering on', true, null],
  ['brake release', 'Brake releasing', true, null],
  ['play', 'Failed to execute: play', false, null],
  ['robotmode', 'could not understand: "robotmod"', false, null],
] as const)('the dashboard answers %s with %j', (command, line, accepted, value) => {
  expect(dashboardReply(command, line)).toEqual({ accepted, value, line: line.trim() })
})
