// Convolutions.
export { mergeStatistics } from './statistics'
export * from './generated/winograd-222'
export * from './direct'
export * from './generated/winograd-444'
