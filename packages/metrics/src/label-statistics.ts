export interface DistanceSummary {
  mean: number
  percentile95: number
  maximum: number
  /** Share within the tolerance, if one was given. */
  within?: number
}

/** What the pipeline says of one label; summaries are absent if one of the maps lacks it. */
export interface LabelStatistics {
  label: number
  voxels: [prediction: number, reference: number, shared: number]
  surface: [prediction: number, reference: number]
  pooled?: DistanceSummary
  toReference?: DistanceSummary
  toPrediction?: DistanceSummary
}
