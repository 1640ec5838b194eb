/** Decisions of a squashed actor. */
import type { Kernels } from '../../kernels/kernels.js'
import { type DrawnAction, drawnPolicy, type DrawnPolicy, type DrawnPolicyParts } from './drawnPolicy.js'
import { act, type ActorTape, type SquashedActor } from './squashedActor.js'

/** A decision of a squashed policy: arrays of shape `[action.size]`. */
export interface SquashedAction extends DrawnAction {}

/** What a squashed policy is put together from. */
export interface SquashedPolicyParts extends Omit<DrawnPolicyParts, 'actions' | 'on' | 'act'> {
  readonly kernels: Kernels
  readonly actor: SquashedActor
  /** Where decisions are made. */
  readonly on: ActorTape
}

/** A policy on an actor's weights, wherever they come from. */
export const squashedPolicy = ({ kernels, actor, ...parts }: SquashedPolicyParts): DrawnPolicy =>
  drawnPolicy({ ...parts, actions: actor.actions, act: () => act(kernels, actor, parts.on) })
