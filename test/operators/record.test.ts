import { describe, expect, test } from 'vitest'
import { record } from '../../operators/record.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { said } from './resume.js'

describe('suite', () => {
  const make = () => record({ write: () => {} })
  const throwing = (fail: () => never) => record({ write: fail })
  for (const { name, run } of operatorSuite({ make, throwing })) test(name, run)
})

test('writes each step before it passes it on', () => {
  const steps = timeSteps('abtab')
  const order: string[] = []
  const written: unknown[] = []
  const write = (step: unknown): void => void (written.push(step), order.push('write'))
  for (const step of said(record({ write }), steps)) order.push(`pass ${step.kind}`)
  expect(written).toEqual(steps)
  expect(order.filter((word) => word === 'write')).toHaveLength(5)
})
