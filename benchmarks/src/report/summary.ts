import { mean, medianSorted, sampleStandardDeviation } from 'simple-statistics'

/** What one test case scored; distances in voxels of the original grid. */
export interface CaseScores {
  dice: number
  jaccard: number
  hd95: number
  asd: number
  emptyPrediction: boolean
}

export interface Spread {
  mean: number
  /** Sample standard deviation over the cases; null with a single case. */
  sd: number | null
  median: number
}

/** One row of the table: a method's cases over all folds and seeds asked for. */
export interface MethodSummary {
  method: string
  runs: number
  cases: number
  emptyPredictions: number
  dice: Spread
  jaccard: Spread
  hd95: Spread
  asd: Spread
}

export function summarise(method: string, runs: number, cases: readonly CaseScores[]): MethodSummary {
  return {
    method,
    runs,
    cases: cases.length,
    emptyPredictions: cases.filter((scores) => scores.emptyPrediction).length,
    dice: spread(cases.map((scores) => scores.dice)),
    jaccard: spread(cases.map((scores) => scores.jaccard)),
    hd95: spread(cases.map((scores) => scores.hd95)),
    asd: spread(cases.map((scores) => scores.asd)),
  }
}

export function spread(values: readonly number[]): Spread {
  return {
    mean: mean([...values]),
    sd: values.length > 1 ? sampleStandardDeviation([...values]) : null,
    median: medianSorted([...values].sort((a, b) => a - b)),
  }
}
