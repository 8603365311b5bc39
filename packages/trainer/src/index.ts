export { type AutoOptions, decideEngine, type EngineDecision, optionsFor } from './engine-choice/decide-engine'
export { type MeasuredEngine, measureEngine } from './engine-choice/measure-engine'
export { MEASURED_STEP } from './engine-choice/measured-step'
export { type UseEngineOptions, useEngine } from './engine-choice/use-engine'
export { ENGINE_NAMES, ENGINES, type EngineName, type OptionsOf } from './engines'
export type { EngineCopies } from './engines/engine-copies'
export type { EngineEntry, OpenedEngine } from './engines/engine-entry'
export type { EngineIdentity } from './engines/engine-identity'
export { knownMethod, methodNamed, methods, seedMethods, twinOf } from './methods'
export { adMtWith } from './methods/ad-mt'
export { type AdversarialPasses, virtualAdversarialLoss } from './methods/adversarial-direction'
export { turnOf } from './methods/alternation'
export { type ClassMemory, classContrast, classMemory, type Selector } from './methods/class-contrast'
export { componentLabels } from './methods/component-labels'
export { type BoxMasks, boxMasks, copyPaste, pasteBox } from './methods/copy-paste'
export { type CutMix, type CutMixBox, cutMix, cutMixBox } from './methods/cut-mix'
export { defineMethod } from './methods/definition/define-method'
export type { LearningRate } from './methods/definition/learning-rate-schedule'
export type {
  AuthorsProtocol,
  Draws,
  Forward,
  ForwardOptions,
  Half,
  Method,
  MethodDefinition,
  NetworkInputs,
  Passed,
  Phase,
  Predictor,
  Stage,
  StepContext,
  Term,
  Terms,
  TrainingBatch,
} from './methods/definition/method'
export { noted, term } from './methods/definition/method'
export type {
  Average,
  NetworkKind,
  NetworkOutputs,
  NetworkSettings,
  NetworkSpec,
  NetworkSpecs,
  Optimiser,
} from './methods/definition/networks-of-a-method'
export {
  customNetwork,
  discriminator,
  emaTeacher,
  featureHeads,
  mcnet,
  resnet34,
  SGD,
  vnet,
  vnetPerturbed,
  vnetPyramid,
  vnetTwoHead,
} from './methods/definition/networks-of-a-method'
export { supervisedTwin } from './methods/definition/supervised-twin'
export type { StrongView } from './methods/strong-view'
export { compromise, type PseudoLabels, teacherEnsemble } from './methods/teacher-ensemble'
export type { ModelDescription } from './model/model-description'
export { type ClassVolume, classVolumes, millilitres } from './prediction/class-volumes'
export type { ImageSummary } from './prediction/image-summary'
export type { Prediction, PredictOptions } from './prediction/predict-image'
export { type NetworkPredictorOptions, networkPredictor } from './prediction/predict-windows'
export type { PredictingNetwork, WindowScores } from './prediction/predicting-network'
export type { Box } from './prediction/prepare-image'
export { scoresOfMethod } from './prediction/scores-of-method'
export {
  type PredictWindows,
  type ScanImage,
  type SlidingWindowOptions,
  type SlidingWindowResult,
  slidingWindow,
} from './prediction/sliding-window'
export { type Summary, summarise } from './prediction/summarise'
export { runTestCase, type TestedCase } from './prediction/test-case'
export type { CaseResult, ClassScores, TestCase, TestProgress } from './prediction/test-plan'
export { type WindowStarts, windowStarts } from './prediction/window-starts'
export { type CheckedRun, checkRun } from './runs/check-run'
export { describeRun, describeRuns } from './runs/describe-run'
export type { Json } from './runs/disk/canonical-json'
export { diskError } from './runs/disk/disk-error'
export { type FileFault, faultError, faultOf } from './runs/disk/fault'
export type { Schema } from './runs/disk/parse-json'
export { readOrSetAside } from './runs/disk/set-aside'
export { readStored, type StoredFile, sealedJson } from './runs/disk/stored-json'
export { type ConfigFile, expectConfig, type RunConfig, readConfig } from './runs/files/config-file'
export { type CoursePoint, readCourse } from './runs/files/course-file'
export { type LogLine, readLogSoFar, readWholeLog } from './runs/files/log-file'
export { readSessions, type Session } from './runs/files/provenance-file'
export { engineIdentity } from './runs/files/schemas'
export { readSplit } from './runs/files/split-file'
export { type FinishedRun, readFinished } from './runs/finished-run'
export { type Ensemble, loadEnsemble } from './runs/load-ensemble'
export { loadRun, type TrainedRun } from './runs/load-run'
export { type LockOwner, lockOwner, lockRun, type RunLock } from './runs/lock/run-lock'
export { type PackedModel, packModel } from './runs/pack-model'
export { missingPredictions } from './runs/predictions'
export { runIdentity, TRAINER_REVISION } from './runs/run-identity'
export type {
  DataIdentity,
  ResultSummaries,
  RunData,
  RunHooks,
  RunOutcome,
  RunPlan,
  RunResult,
  UpcomingStep,
} from './runs/run-plan'
export { type RunProgress, runProgress } from './runs/run-progress'
export { dataIdentity, drawingSha256, type RunSplit, type SplitCases } from './runs/run-split'
export { storeData } from './runs/store-data'
export { testEvery } from './runs/test-course'
export { trainRun } from './runs/train-run'
export { type AuditEntry, type AuditReport, auditFaults, auditStep } from './training/audit-step'
export type { BatchRequest, BatchSource, LoadedBatch } from './training/batch-source'
export { batchRequest } from './training/batch-source'
export { createNetworks, type NetworkSet, type TrainedNetwork } from './training/create-networks'
export { iterationDraws } from './training/draws'
export { learningRate } from './training/learning-rate'
export { averageShare } from './training/optimise'
export {
  AUTHORS_PROTOCOL,
  COMMON_PROTOCOL,
  type DataSettings,
  type Profile,
  type Protocol,
  resolveSettings,
  type TrainingSettings,
  windowBatchOf,
} from './training/settings'
export { type StageOfStep, stageOf, stageStarts } from './training/stages'
export type { StepSetting } from './training/step-context'
export { trainingBatch } from './training/training-batch'
export type { TrainingProgress } from './training/training-plan'
export { type SeeGradients, type StepReport, type TrainingStepSetting, trainingStep } from './training/training-step'
