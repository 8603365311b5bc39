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
}
