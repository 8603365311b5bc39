export { defineMethod } from './define-method'
export { type LearningRate, learningRate } from './learning-rate'
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
export type { NetworkKind, NetworkOutputs, NetworkSettings, NetworkSpec, NetworkSpecs, Optimiser } from './networks-of-a-method'
export { customNetwork, discriminator, emaTeacher, mcnet, resnet34, SGD, vnet, vnetTwoHead } from './networks-of-a-method'
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
} from './run-plan'
export { AUTHORS_PROTOCOL, COMMON_PROTOCOL, type Profile, type Protocol, resolveSettings, type TrainingSettings } from './settings'
