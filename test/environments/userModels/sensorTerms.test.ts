import { expect, it } from 'vitest'
import { endTermOf, rewardTermOf } from '../../../src/environments/userModels/sensorTerms.js'

it.each([
  ['speed', { factor: 1, sensor: 'speed' }],
  ['-speed', { factor: -1, sensor: 'speed' }],
  ['-1*to target', { factor: -1, sensor: 'to target' }],
  ['.5 * speed', { factor: 0.5, sensor: 'speed' }],
  ['+2.5e-3*speed', { factor: 0.0025, sensor: 'speed' }],
  ['1e3*left-arm', { factor: 1000, sensor: 'left-arm' }],
  ['', null],
  ['2*', null],
  ['speed*2*3', null],
  ['x*speed', null],
  ['speed<3', null],
])('reads the term %j of a reward', (written, term) => {
  expect(rewardTermOf(written)).toEqual(term)
})

it.each([
  ['height<0.8', { sensor: 'height', side: '<', limit: 0.8 }],
  ['to target > -1e-2', { sensor: 'to target', side: '>', limit: -0.01 }],
  ['height', null],
  ['height<', null],
  ['height<tall', null],
  ['<1', null],
  ['height<=1', null],
])('reads the end %j', (written, term) => {
  expect(endTermOf(written)).toEqual(term)
})
