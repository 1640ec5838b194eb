/** An arm, as a program sees it. */
import type { Observable } from 'rxjs'
import type { Vector } from '../../types.js'
import type { DashboardCommand, DashboardReply } from './dashboardReplies.js'
import type { Ur5Fault, Ur5FaultKind } from './faults.js'
import type { InputName } from './rtdeFields.js'
import type { RtdeValue } from './rtdeTypes.js'
import type { Held } from './safety.js'
import type { Ur5Sample } from './sample.js'
import type { MoveOptions, ServoOptions } from './script.js'

/** What is known of an arm at the moment. */
export interface Ur5Status {
  /** Whether both samples and commands have a connection. */
  readonly connected: boolean
  /** The newest sample; null before the first one. */
  readonly sample: Ur5Sample | null
  /** Why no motion is sent; null if motion is. */
  readonly held: Held | null
  /** Samples that were accepted. */
  readonly samples: number
  /** Samples that the controller left out, by their times. */
  readonly skipped: number
  /** The longest time between two samples so far, in ms. */
  readonly longestGap: number
  /** The version of the controller's software, by RTDE; null while it is not known. */
  readonly controller: string | null
  /** How often each fault was noticed. */
  readonly faults: Readonly<Partial<Record<Ur5FaultKind, number>>>
}

/** An arm. It is connected from the call of `ur5` on, and connected again after a loss. */
export interface Ur5 {
  /** Each sample as it arrives, 125 a second. Fails with a `SensorError` when the link does not connect again. */
  readonly samples: Observable<Ur5Sample>
  /** What went wrong, as it is noticed. */
  readonly faults: Observable<Ur5Fault>
  /**
   * Turns the joints, in rad/s, with `acceleration` in rad/s² (the default is that of the options), until another command, for `staleAfter` ms
   * at most. Resolves with true when it was sent, and with false if a newer command replaced it, there is no connection, no sample has come
   * for 200 ms, or the arm is held: a command is never sent later.
   *
   * Fails: rejects with a RangeError for speeds that are not six finite numbers within π rad/s; the arm is stopped then.
   */
  speed(speeds: Vector, acceleration?: number): Promise<boolean>
  /** Tracks joint angles in rad, as `speed` turns the joints. */
  servo(angles: Vector, options?: ServoOptions): Promise<boolean>
  /** Moves to joint angles on a path that the controller plans (`movej`). It goes on when this program dies; `approach` does not. */
  move(angles: Vector, options?: MoveOptions): Promise<boolean>
  /** Moves to joint angles in so many milliseconds on a path that this program follows. Resolves with whether the arm has arrived. */
  approach(angles: Vector, milliseconds: number): Promise<boolean>
  /** Stops the joints. */
  stop(): Promise<boolean>
  /**
   * Unlocks a protective stop, and lets the arm move again. To be called once a person has seen why it stopped.
   *
   * Fails: rejects if there is none, within 5 s of the stop or of the last attempt, after ten within ten minutes, and if the controller refuses.
   */
  unlock(): Promise<void>
  /** Lets the arm move again after a person has ended another stop. Throws if the controller has still stopped it. */
  recover(): void
  /** Writes inputs by RTDE, all that were requested. Resolves as `speed`. */
  write(values: { readonly [Name in InputName]?: RtdeValue }): Promise<boolean>
  /** Asks the dashboard server. */
  dashboard(command: DashboardCommand): Promise<DashboardReply>
  /** What is known of the arm now. */
  status(): Ur5Status
  /**
   * Stops the arm, waits until it rests, and closes the connections, within 3 s. Resolves with true if the arm is at rest, as far as its samples
   * show that; later calls return the same promise. It neither unlocks nor powers off.
   */
  close(): Promise<boolean>
}
