/**
 * The figures that the paper prints for the Left Atrium: 5 folds, 16 labelled cases, full size, voxel units.
 * Source: "Semi-Supervised Medical Image Segmentation via Dual Networks", Table 1 (mean of the folds; Dice and Jaccard in percent).
 */
export interface PublishedScores {
  dice: number
  jaccard: number
  hd95: number
  asd: number
}

export const PUBLISHED_LA: Readonly<Record<string, PublishedScores>> = {
  mt: { dice: 85.89, jaccard: 76.58, hd95: 12.63, asd: 3.44 },
  'ua-mt': { dice: 85.98, jaccard: 76.65, hd95: 9.86, asd: 2.68 },
  sassnet: { dice: 86.21, jaccard: 77.15, hd95: 9.8, asd: 2.68 },
  dtc: { dice: 86.36, jaccard: 77.25, hd95: 9.92, asd: 2.4 },
  'mc-net': { dice: 87.65, jaccard: 78.63, hd95: 9.7, asd: 3.01 },
  mcf: { dice: 88.71, jaccard: 80.41, hd95: 6.32, asd: 1.9 },
  luseg: { dice: 89.1, jaccard: 81.62, hd95: 6.3, asd: 1.8 },
  dualnet: { dice: 90.19, jaccard: 82.42, hd95: 5.74, asd: 1.75 },
  // Table 3, whose header is lost: which row is which follows from the text.
  'dualnet without regularisation': { dice: 88.84, jaccard: 80.38, hd95: 6.76, asd: 2.16 },
  'dualnet without uncertainty': { dice: 89.28, jaccard: 81.02, hd95: 6.58, asd: 2.06 },
  'dualnet without regularisation, uncertainty': { dice: 89.03, jaccard: 80.61, hd95: 6.68, asd: 2.24 },
}

/** The same for Pancreas-CT: 4 folds, 12 labelled cases. Source: Table 2 of the same paper. */
const PUBLISHED_PANCREAS: Readonly<Record<string, PublishedScores>> = {
  mt: { dice: 74.43, jaccard: 60.53, hd95: 14.93, asd: 4.61 },
  'ua-mt': { dice: 74.01, jaccard: 60.0, hd95: 17.0, asd: 5.19 },
  sassnet: { dice: 73.57, jaccard: 59.71, hd95: 13.87, asd: 3.53 },
  dtc: { dice: 73.23, jaccard: 59.18, hd95: 13.2, asd: 3.83 },
  'mc-net': { dice: 73.73, jaccard: 59.19, hd95: 13.65, asd: 3.92 },
  mcf: { dice: 75.0, jaccard: 61.27, hd95: 11.59, asd: 3.27 },
  luseg: { dice: 76.4, jaccard: 62.96, hd95: 10.69, asd: 2.79 },
  dualnet: { dice: 75.25, jaccard: 61.65, hd95: 11.15, asd: 2.49 },
  'dualnet without regularisation': { dice: 75.44, jaccard: 61.8, hd95: 11.37, asd: 3.17 },
  'dualnet without uncertainty': { dice: 73.92, jaccard: 60.1, hd95: 10.13, asd: 2.17 },
  'dualnet without regularisation, uncertainty': { dice: 74.62, jaccard: 60.83, hd95: 11.17, asd: 2.81 },
}

/** The paper's tables by data set. */
export const PUBLISHED: Readonly<Record<string, Readonly<Record<string, PublishedScores>>>> = {
  la: PUBLISHED_LA,
  pancreas: PUBLISHED_PANCREAS,
}
