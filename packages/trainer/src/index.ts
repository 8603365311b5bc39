export { type AuditEntry, type AuditReport, auditFaults, auditStep } from './audit-step'
export { createNetworks, type NetworkSet, type TrainedNetwork } from './create-networks'
export { defineMethod } from './define-method'
export { diskError } from './disk-error'
export { iterationDraws } from './draws'
export type { EngineCopies } from './engine-copies'
export { ENGINE_NAMES, ENGINES, type EngineName, type OptionsOf } from './engines'
export { type AutoOptions, decideEngine, type EngineDecision, optionsFor } from './engines/decide-engine'
export type { EngineEntry, OpenedEngine } from './engines/engine-entry'
export { type MeasuredEngine, measureEngine } from './engines/measure-engine'
export { MEASURED_STEP } from './engines/measured-step'
export type { ImageSummary } from './image-summary'
export { type LearningRate, learningRate } from './learning-rate'
export { loadRun, type Prediction, type PredictOptions, type TrainedRun } from './load-run'
export type {
  AuthorsProtocol,
  Draws,
  Forward,
  ForwardOptions,
  Half,
  Method,
  MethodDefinition,
  Phase,
  Predictor,
  StepContext,
  Term,
  Terms,
  TrainingBatch,
} from './method'
export { noted, term } from './method'
export { methodNamed, methods } from './methods'
export { mcNetPlus } from './methods/mc-net'
export type { NetworkKind, NetworkOutputs, NetworkSettings, NetworkSpec, NetworkSpecs, Optimiser } from './networks-of-a-method'
export { customNetwork, discriminator, emaTeacher, mcnet, resnet34, SGD, vnet, vnetTwoHead } from './networks-of-a-method'
export { type NetworkPredictorOptions, networkPredictor } from './predict-windows'
export type { Box } from './prepare-image'
export { runIdentity, TRAINER_REVISION } from './run-identity'
export { type LockOwner, lockOwner, lockRun, type RunLock } from './run-lock'
export type {
  BatchRequest,
  BatchSource,
  CaseResult,
  DataIdentity,
  EngineIdentity,
  LoadedBatch,
  RunData,
  RunHooks,
  RunOutcome,
  RunPlan,
  RunResult,
  Summary,
  TestCase,
  TestProgress,
  TrainingProgress,
  UpcomingStep,
} from './run-plan'
export {
  AUTHORS_PROTOCOL,
  COMMON_PROTOCOL,
  type Profile,
  type Protocol,
  resolveSettings,
  type TrainingSettings,
  windowBatchOf,
} from './settings'
export {
  type PredictWindows,
  type ScanImage,
  type SlidingWindowOptions,
  type SlidingWindowResult,
  slidingWindow,
} from './sliding-window'
export type { StepSetting } from './step-context'
export { storeData } from './store-data'
export { summarise } from './summarise'
export { runTestCase, type TestedCase } from './test-case'
export { trainingBatch } from './train'
export { trainRun } from './train-run'
export { type SeeGradients, type StepReport, type TrainingStepSetting, trainingStep } from './training-step'
export { type UseEngineOptions, useEngine } from './use-engine'
export { type WindowStarts, windowStarts } from './window-starts'
