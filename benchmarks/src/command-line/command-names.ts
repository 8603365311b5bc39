/** The first words of all commands, which no data set may be called. */
export const COMMAND_NAMES = [
  'la',
  'ablation',
  'list',
  'status',
  'check',
  'compare',
  'report',
  'data',
  'train',
  'predict',
  'metrics',
  'audit',
  'conformance',
  'doctor',
  'speed',
  'study',
] as const
