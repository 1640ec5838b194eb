/** The types of learners on TensorFlow.js: settings, options and the learners themselves. None refers to a type of TensorFlow.js. */
import type { Learner, SnapshotOptions } from '../../types.js'
import type { AvgReport } from '../avg/avg.js'
import type { AvgSettings } from '../avg/avgSettings.js'
import type { IacReport } from '../iac/iac.js'
import type { IacSettings } from '../iac/iacSettings.js'
import type { ActorDescription } from '../parts/actorDescription.js'
import type { SquashedAction } from '../parts/squashedPolicy.js'
import type { BackendName } from './backendName.js'
import type { NamedNumbers, OwnNetwork } from './ownNetwork.js'
import type { TensorSnapshot } from './tensorSnapshot.js'

/** The settings of `avg` without those of the fused engine; `hidden` and `normalizePenultimate` are those of the published networks. */
export type TensorFlowAvgSettings = Omit<AvgSettings, 'kernels' | 'threads'>

/** The settings of `iac` without those of the fused engine; `hidden` and `normalizePenultimate` are those of the published networks. */
export type TensorFlowIacSettings = Omit<IacSettings, 'kernels' | 'threads'>

/** The backend and the networks. */
export interface TensorFlowOptions {
  /**
   * From an observation to [μ | c], shape `[2 action.size]`, where c is the logarithm that `logStdReading` names. The default is the
   * published network.
   */
  readonly actor?: OwnNetwork
  /**
   * Of AVG, from an observation and, behind it, an action to Q, shape `[1]`; of IAC, from an observation to V, shape `[1]`. The default is
   * the published network.
   */
  readonly critic?: OwnNetwork
  /** The backend. The default is `wasm`, or `cpu` on a big-endian machine. */
  readonly backend?: BackendName
}

/** A learner on TensorFlow.js. */
export interface TensorLearner<Report> extends Learner<SquashedAction, Report> {
  /** Its backend: each backend reproduces at most its own bits. */
  readonly backend: BackendName
  /** What its actor is made of, for saved policies; null for a network of the caller. */
  readonly actor: ActorDescription | null
  /**
   * The weights by name, to read and to write. An array cannot be a view of a tensor: reading this property copies the weights into
   * arrays that stay the same, and the next call of the learner takes over the numbers written to them. After an update the arrays are
   * stale until the property is read again.
   */
  readonly parameters: NamedNumbers
  snapshot(options?: SnapshotOptions): TensorSnapshot
  restore(state: TensorSnapshot, options?: SnapshotOptions): void
  scaleStepSizes(factor: number): void
  /** Frees every tensor that the learner made; variables of the caller are not freed. The learner then throws when it is used. */
  close(): void
}

/** An AVG learner on TensorFlow.js. */
export interface TensorFlowAvgLearner extends TensorLearner<AvgReport> {}

/** An IAC learner on TensorFlow.js. */
export interface TensorFlowIacLearner extends TensorLearner<IacReport> {}
