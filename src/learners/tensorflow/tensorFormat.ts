/** The formats of the state of learners on TensorFlow.js. */
import * as t from 'io-ts'
import { closed, numberIn } from '../../edge/codecs.js'
import { arrayOf, nullOr, randomState } from '../../state/codecs.js'
import type { StateFormat } from '../../state/format.js'
import type { TensorFlowAvgSnapshot, TensorSnapshot } from './tensorSnapshot.js'

const named = t.record(t.string, arrayOf('Float32Array'), 'an object of Float32Arrays')

const codec = closed(
  {
    parameters: named,
    first: named,
    second: named,
    doubles: arrayOf('Float64Array'),
    random: nullOr(randomState),
  },
  { stepSizeScale: numberIn({ above: 0, to: 1 }) },
)

/** Of an AVG learner on TensorFlow.js; its `restore` checks names, sizes and ranges. */
export const tensorFlowAvgFormat: StateFormat<TensorFlowAvgSnapshot> = { version: 1, codec }

/** Of an IAC learner on TensorFlow.js; its `restore` checks names, sizes and ranges. */
export const tensorFlowIacFormat: StateFormat<TensorSnapshot> = { version: 1, codec }
