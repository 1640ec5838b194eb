/** Everything public but the operators (`rivulet/operators`) and the test kit (`rivulet/testing`). */
export { pipe } from './streams/pipe.js'

export type {
  Action,
  ActionBounds,
  BytesPart,
  Driver,
  Info,
  JsonPart,
  PiecePart,
  Learner,
  Observation,
  Part,
  Policy,
  Random,
  Restorable,
  SampledAction,
  SampleOptions,
  SnapshotOptions,
  SavableSimulator,
  Simulator,
  SimulatorStart,
  SimulatorStep,
  Snapshots,
  Spec,
  StepKind,
  TimeStep,
  Transition,
  Unpaired,
  Vector,
  VectorSpec,
} from './types.js'
export { atStep, DivergenceError, DriverError, NotFiniteError, SensorError } from './failure.js'
export { guard } from './guard/guard.js'
export type { GuardedLearner, SafeAction } from './guard/guardedLearner.js'
export { guardDefaults, type GuardOptions } from './guard/guardOptions.js'
export { type GoodState, type GuardCounts, type GuardState } from './guard/guardState.js'
export { type WindowState } from './guard/policyWatch.js'
export { type Trip, type TripCause } from './guard/trip.js'
export { type EarlierWeights } from './guard/weightWatch.js'
export { finiteNumber, finiteNumbers, type Codec } from './edge/codecs.js'
export { decode, renderFailure, type Failure } from './edge/decode.js'
export { cell, type Cell } from './cell.js'
export { type StateFormat } from './state/format.js'
export {
  actionsFormat,
  countFormat,
  earlierStepFormat,
  gapFormat,
  learningCountsFormat,
  metricsFormat,
  momentsFormat,
  numberFormat,
  overflowFormat,
  plainFormat,
  progressFormat,
  randomFormat,
  stepFormat,
  tallyFormat,
} from './state/formats.js'
export { withRestore } from './state/withRestore.js'
export { restorable, type RestorableTarget } from './state/restorable.js'
export { restorableArray, type RestorableArrayOptions } from './state/restorableArray.js'
export { restorables, type RestorableRecord } from './state/restorables.js'
export {
  checkpointFolder,
  type CheckpointFolder,
  type CheckpointFolderOptions,
  type RestoredCheckpoint,
  type SaveOptions,
} from './checkpoints/checkpointFolder.js'
export { RestoreError, type Refusal } from './state/restoreError.js'
export { type Overflow } from './streams/overflow.js'
export { type PullSource } from './streams/pullSource.js'
export { emptyOverflow, type OverflowState, type WorkOptions } from './streams/workOneByOne.js'
export { seeded, type RandomState, type SeededRandom } from './random.js'
export { isStamped, mapStamped, type Stamped } from './time/stamped.js'
export { systemClock, type Clock } from './time/clock.js'
export {
  lockstep,
  dateOf,
  eventLoop,
  type Dated,
  type Hold,
  type LockstepOptions,
  type MissedBeat,
  type ScheduledWorld,
  type Schedule,
  type Timeline,
} from './time/schedule.js'
export { realtime, type Overrun, type Realtime, type RealtimeOptions } from './time/realtime.js'
export { type Beat, type BeatReport } from './time/beats.js'
export { type HistogramState } from './time/histogram.js'
export {
  emptyGap,
  emptyLearningCounts,
  type GapState,
  type LearningCounts,
  type LearningGap,
  type WaitingTransition,
} from './time/learningGap.js'
export {
  absorb,
  deviationOf,
  runningMoments,
  standardize,
  type MomentsSpec,
  type MomentsState,
  type RunningMoments,
  type VarianceEstimator,
} from './moments.js'

export {
  drive,
  type DriveOptions,
  type DriverOf,
  type PlainDriver,
  type SimulatedDriver,
  type SimulatedStep,
} from './drivers/drive.js'
export { driverFormat, type DriverState, type MissedBeats } from './drivers/driverState.js'
export { type Cut } from './drivers/loop.js'
export { type Decision } from './drivers/loopWorld.js'
export { device, type Device, type DeviceOptions, type SensedStep } from './drivers/device.js'
export {
  observe,
  type SensorEvents,
  type SensedObservation,
  type SensorFusion,
  type SensorSubscription,
} from './drivers/observe.js'
export {
  type Fold,
  type LinkState,
  type MessageOf,
  type Reading,
  type SensorSample,
  type SensorOptions,
  type SensorsOf,
} from './drivers/sensor.js'
export { awaited, type AwaitedDriver, type AwaitedOptions } from './drivers/awaited.js'
export { gymnasium, gymnasiumSpec, type GymnasiumDriver, type GymnasiumOptions } from './drivers/gymnasium/gymnasium.js'
export { stopOnExit, type SignalledProcess, type Stoppable } from './drivers/stopOnExit.js'
export {
  emptyAnswerCounts,
  recording,
  type AnswerCounts,
  type RecordedDriver,
  type RecordingOptions,
} from './drivers/recording.js'
export type { RecordedStep } from './drivers/recordedStep.js'
export { recorder, type Recorder } from './drivers/recorder.js'
export { type Place } from './links/address.js'
export { type Backoff } from './links/backoff.js'
export {
  bytes,
  fixedSize,
  lengthPrefixed,
  lines,
  type Cutter,
  type Framing,
  type FramingLog,
  type LengthOptions,
  type LineOptions,
} from './links/frames.js'
export { link, type Link, type LinkOptions } from './links/link.js'
export { emptyLinkCounts, type LinkCounts } from './links/linkCounts.js'
export { ignored, type Garbled, type SinkOptions, type SourceOptions, type Stamping } from './links/message.js'
export { parseNumber, parseNumbers } from './links/numbers.js'
export { type Report } from './links/report.js'
export {
  session,
  type Connection,
  type Greeting,
  type Session,
  type SessionOptions,
  type Handshake,
} from './links/session.js'
export { type Sink } from './links/sink.js'
export { type LinkSource, type RetainedOption } from './links/source.js'
export {
  fromMqtt,
  mqttSession,
  toMqtt,
  type FromMqttOptions,
  type MqttMessages,
  type MqttSession,
  type MqttSink,
  type MqttStamping,
  type ToMqttOptions,
} from './links/mqtt.js'
export { type MqttOptions } from './links/mqttClient.js'
export { type MqttMetadata } from './links/mqttTopics.js'
export {
  fromWebSocket,
  toWebSocket,
  webSocketSession,
  type FromWebSocketOptions,
  type ToWebSocketOptions,
  type WebSocketData,
  type WebSocketOptions,
  type WebSocketSession,
} from './links/webSocket.js'
export {
  fromRosbridge,
  rosbridgeSession,
  toRosbridge,
  type FromRosbridgeOptions,
  type RosMetadata,
  type RosbridgeOptions,
  type RosbridgeSession,
  type RosMessages,
  type RosSink,
  type RosTopic,
  type ToRosbridgeOptions,
} from './links/rosbridge.js'
export { jointState, laserScan, rosTime, type LaserScanOptions, type RosTime } from './links/ros.js'
export {
  fromSerial,
  serialSession,
  toSerial,
  type FromSerialOptions,
  type SerialData,
  type SerialOptions,
  type SerialSession,
  type ToSerialOptions,
  type SerialLines,
} from './links/serial.js'
export {
  fromUdp,
  toUdp,
  udpSession,
  type Datagram,
  type FromUdpOptions,
  type ToUdpOptions,
  type UdpOptions,
  type UdpSession,
  type UdpSessionOptions,
} from './links/udp.js'
export { tcpSession, type TcpData, type TcpOptions, type TcpSession } from './links/tcp.js'
export {
  fromJsonLines,
  jsonLines,
  toJsonLines,
  type FromJsonLinesOptions,
  type JsonLinesOptions,
  type ToJsonLinesOptions,
} from './links/jsonLines.js'
export { type Fault } from './robots/fault.js'
export { create2, type Create2, type Create2Status } from './robots/create2/create2.js'
export {
  createDocker,
  DOCKER_CYCLE,
  DOCKER_STEPS,
  dockerEnds,
  dockerObservation,
  dockerObservationSpec,
  dockerReward,
  type CreateDockerOptions,
} from './robots/create2/createDocker.js'
export {
  createMover,
  MOVER_CYCLE,
  MOVER_STEPS,
  moverEnds,
  moverObservation,
  moverObservationSpec,
  moverReward,
  type CreateMoverOptions,
} from './robots/create2/createMover.js'
export { type DrivenCreate2 } from './robots/create2/create2World.js'
export { type Create2Options } from './robots/create2/create2Options.js'
export { type Create2Fault, type Create2FaultKind } from './robots/create2/faults.js'
export { type FrameValues } from './robots/create2/frames.js'
export { infraredMessage, type InfraredMessage } from './robots/create2/infrared.js'
export { type Lights, type Note } from './robots/create2/commands.js'
export { type Create2Mode } from './robots/create2/monitor.js'
export { encoderDifference, motionOf } from './robots/create2/odometry.js'
export { packetNames, packets, type Packet, type PacketName, type PacketReading } from './robots/create2/packets.js'
export { type DecoderCounts } from './robots/create2/streamDecoder.js'
export {
  arenas,
  type Arena,
  type ArenaName,
  type Point,
  type Pose,
  type Rectangle,
} from './robots/create2Simulator/arena.js'
export { type DamageOptions } from './robots/create2Simulator/damage.js'
export {
  simulateCreate2,
  type SimulateCreate2Options,
  type SimulatedCreate2,
  type SimulatedState,
} from './robots/create2Simulator/simulateCreate2.js'
export { ur5 } from './robots/ur/ur5.js'
export { type Ur5, type Ur5Status } from './robots/ur/arm.js'
export { type DashboardCommand, type DashboardReply } from './robots/ur/dashboardReplies.js'
export { type Ur5Fault, type Ur5FaultKind } from './robots/ur/faults.js'
export {
  armGeometries,
  forwardKinematics,
  inSenseActFrame,
  inverseKinematics,
  nearestAngles,
  type ArmGeometry,
} from './robots/ur/kinematics.js'
export {
  drawTarget,
  urReacher2,
  urReacher2On,
  type ArmName,
  type ReacherSetup,
  type ToolPlace,
} from './robots/ur/reacherSetup.js'
export {
  REACHER_CYCLE,
  REACHER_STEPS,
  reacherActionSpec,
  reacherDistance,
  reacherObservation,
  reacherObservationSpec,
  reacherReward,
} from './robots/ur/reacherTask.js'
export { urReacher, type DrivenUr5, type UrReacherOptions } from './robots/ur/urReacher.js'
export { type InputName, type OutputName, type OutputValues } from './robots/ur/rtdeFields.js'
export { type RtdeType, type RtdeValue, type ValueOf } from './robots/ur/rtdeTypes.js'
export { type Held } from './robots/ur/safety.js'
export { type Ur5Sample } from './robots/ur/sample.js'
export { type MoveOptions, type ServoOptions } from './robots/ur/script.js'
export { type Ur5Options } from './robots/ur/ur5Options.js'
export { openArmModel, type ArmModel, type ArmModelOptions } from './robots/armSimulator/armModel.js'
export { openArmBody, type ArmBody } from './robots/armSimulator/armBody.js'
export { simulateArm, type SimulateArmOptions, type SimulatedArmDriver } from './robots/armSimulator/simulateArm.js'
export { type JointLimits } from './robots/armSimulator/jointPlan.js'
export { type UrDamageOptions } from './robots/urSimulator/damage.js'
export {
  simulateUr5,
  type SimulatedUr5,
  type SimulatedUr5State,
  type SimulateUr5Options,
  type UrPorts,
} from './robots/urSimulator/simulateUr5.js'
export { emptyMetrics, type Metrics, type MetricsSink, type MetricsState, type RunningMean } from './records/metrics.js'
export { metricsFile, type MetricsFile, type MetricsFileOptions } from './records/metricsFile.js'
export { dashboard, type Dashboard, type DashboardOptions } from './dashboard/dashboard.js'
export { type Watched, type WatchedOptions, watched } from './viewer/watched.js'
export { type BeatCounts, type RunDescription, type RunEnding, type RunProgress } from './dashboard/frames.js'
export { tensorBoard, type EpisodeOutcome, type TensorBoard, type TensorBoardOptions } from './records/tensorBoard.js'
export { evaluationWorld } from './drivers/evaluationWorld.js'
export { simulate, type SimulateOptions } from './drivers/simulate.js'
export {
  simulator,
  taskFields,
  taskIds,
  taskSpec,
  type SimulatorById,
  type SimulatorFor,
  type SimulatorOptions,
  type TaskId,
} from './environments/tasks.js'
export {
  seededEpisodes,
  type SeededEpisodesSimulator,
  type SeededEpisodesSnapshot,
} from './environments/seededEpisodes.js'
export type { SimulatorRandomState } from './environments/simulatorRandom.js'
export { components, type Component } from './environments/components.js'
export {
  delayActions,
  type DelayedSimulator,
  type DelayOptions,
  type DelaySnapshot,
  type WaitingAction,
} from './environments/delayActions.js'
export type { DelayDistribution } from './environments/delays.js'
export { mujocoSimulator } from './environments/mujoco/mujocoSimulator.js'
export { mujocoTask, type MujocoTaskOptions, type SensedScene } from './environments/mujoco/mujocoTask.js'
export { readMjcf } from './environments/userModels/readMjcf.js'
export type { DataArray, ModelArray, MovableArray } from './environments/mujoco/arrays.js'
export type { MujocoTask, TaskOutcome, TaskRules } from './environments/mujoco/task.js'
export type {
  ElementKind,
  JointPlace,
  MujocoSimulator,
  MujocoSnapshot,
  MujocoState,
  PhysicsState,
  Scene,
  ScenePlace,
  ScenePlaces,
  SensorPlace,
} from './environments/mujoco/types.js'
export type {
  VisibleBody,
  VisibleFrame,
  VisibleHeightField,
  VisibleKind,
  VisibleMesh,
  VisibleModel,
  VisibleScene,
  VisibleShape,
} from './environments/mujoco/visibleScene.js'
export type { PendulumSimulator, PendulumSnapshot, PendulumState } from './environments/classic/pendulum.js'

export { avg, type AvgLearner, type AvgReport } from './learners/avg/avg.js'
export { type SquashedAction } from './learners/parts/squashedPolicy.js'
export { learnerFormat, replayLearnerFormat } from './learners/parts/arenaFormat.js'
export { actorPolicy, type ActorPolicy, type ActorPolicyOptions } from './learners/policy/actorPolicy.js'
export { policy, type CommandPolicy, type PolicyOptions } from './learners/policy/policy.js'
export { policyFromBytes, policyToBytes } from './learners/policy/policyBytes.js'
export { readPolicy, savePolicy } from './learners/policy/policyFiles.js'
export {
  policyOf,
  type PolicyProvenance,
  type PolicySource,
  type SavedPolicy,
  type SeenObservation,
} from './learners/policy/savedPolicy.js'
export { type ActionRange } from './learners/algorithm.js'
export {
  type ActorDescription,
  type DescribedLayers,
  type DeterministicActorDescription,
  type FreeActorDescription,
  type SoftplusActorDescription,
  type SquashedActorDescription,
} from './learners/parts/actorDescription.js'
export { type ArenaSnapshot } from './learners/parts/arenaSnapshot.js'
export { iac, type IacLearner, type IacReport } from './learners/iac/iac.js'
export { iacLosses, type IacLosses, type IacLossSettings } from './learners/iac/iacLosses.js'
export { iacDefaults, publishedIac, type IacHyperparameters, type IacSettings } from './learners/iac/iacSettings.js'
export { sac, type SacLearner, type SacReport } from './learners/sac/sac.js'
export { type SacAction } from './learners/sac/sacPolicy.js'
export { cleanRlSac, sacDefaults, type SacHyperparameters, type SacSettings } from './learners/sac/sacSettings.js'
export { sac1, type Sac1Learner, type Sac1Report } from './learners/sac1/sac1.js'
export {
  publishedSac1,
  sac1Defaults,
  type Sac1Hyperparameters,
  type Sac1Settings,
} from './learners/sac1/sac1Settings.js'
export { softLosses, type SoftLosses, type SoftLossSettings, type SoftRow } from './learners/parts/softLosses.js'
export { td3, type Td3Learner, type Td3Report } from './learners/td3/td3.js'
export { type NoisyAction } from './learners/parts/noisyPolicy.js'
export { td3Losses, type Td3Losses, type Td3LossSettings, type Td3Row } from './learners/td3/td3Losses.js'
export { td3Defaults, td3One, type Td3Hyperparameters, type Td3Settings } from './learners/td3/td3Settings.js'
export { ppo, type PpoLearner, type PpoLearning, type PpoReport } from './learners/ppo/ppo.js'
export { ppoFormat } from './learners/ppo/ppoFormat.js'
export { ppoLosses, type PpoLosses, type PpoLossSettings, type PpoRow } from './learners/ppo/ppoLosses.js'
export { ppoDefaults, type PpoHyperparameters, type PpoSettings } from './learners/ppo/ppoSettings.js'
export {
  intentionalAc,
  type IntentionalAcLearner,
  type IntentionalAcReport,
} from './learners/intentionalAc/intentionalAc.js'
export {
  intentionalAcDefaults,
  type IntentionalAcHyperparameters,
  type IntentionalAcSettings,
} from './learners/intentionalAc/intentionalAcSettings.js'
export { streamAc, type StreamAcLearner, type StreamAcReport } from './learners/streamAc/streamAc.js'
export {
  streamAcDefaults,
  type StreamAcHyperparameters,
  type StreamAcSettings,
} from './learners/streamAc/streamAcSettings.js'
export { tracedGradients, type TracedGradients, type TracedGradientSettings } from './learners/parts/tracedGradients.js'
export { type NormalAction } from './learners/parts/normalTape.js'
export { type KernelsName } from './kernels/kernels.js'
export { type AvgSettings, type AvgSwitches } from './learners/avg/avgSettings.js'
export { type LearnerOptions, type LearnerSpec } from './learners/learnerSettings.js'
export { loadWeights, saveWeights, type NetworkOptions } from './learners/interchange/learnerFiles.js'
export { fromSafetensors, toSafetensors } from './learners/interchange/safetensors.js'
export {
  putWeights,
  weightsOf,
  type LearnerParameters,
  type Weights,
  type WeightTensor,
} from './learners/interchange/weights.js'
export { avgLosses, type AvgLosses, type AvgLossSettings } from './learners/avg/avgLosses.js'
export { type Tensors } from './learners/parts/referenceNetwork.js'
export {
  defaultHyperparameters,
  hyperparametersFor,
  hasPublishedSettings,
  publishedSettings,
  type AvgHyperparameters,
} from './learners/avg/publishedSettings.js'
export { avgOnTensorFlow } from './learners/tensorflow/avgOnTensorFlow.js'
export { iacOnTensorFlow } from './learners/tensorflow/iacOnTensorFlow.js'
export {
  type TensorFlowAvgLearner,
  type TensorFlowAvgSettings,
  type TensorFlowIacLearner,
  type TensorFlowIacSettings,
  type TensorFlowOptions,
  type TensorLearner,
} from './learners/tensorflow/tensorLearner.js'
export { tensorFlowAvgFormat, tensorFlowIacFormat } from './learners/tensorflow/tensorFormat.js'
export { type TensorFlowAvgSnapshot, type TensorSnapshot } from './learners/tensorflow/tensorSnapshot.js'
export { type BackendName } from './learners/tensorflow/backendName.js'
export {
  type FunctionNetwork,
  type LayersNetwork,
  type NamedNumbers,
  type OwnNetwork,
  type TensorLike,
  type VariableLike,
} from './learners/tensorflow/ownNetwork.js'
