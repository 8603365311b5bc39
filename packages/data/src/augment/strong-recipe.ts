/**
 * nnU-Net v2's training augmentation for one channel, in its order, with its probabilities and ranges.
 *
 * Source: `get_training_transforms` and `configure_rotation_dummyDA_mirroring_and_inital_patch_size` of nnunetv2's `nnUNetTrainer.py` (MIC-DKFZ/nnUNet at
 * 0e49508), on the transforms of MIC-DKFZ/batchgeneratorsv2 at 3cb4f07; Isensee et al., Nature Methods 18 (2021). Where a transform is chosen and then each
 * channel again, the probability here is the product, since there is one channel.
 *
 * Differs: crops are cut where the protocol says, while nnU-Net has a third of them contain foreground.
 */
export const STRONG_AUGMENTATION = {
  /**
   * About x, then y, then z, each angle uniform from `-degrees` to `degrees`, in voxels whatever their spacing. A patch more than `thinRatio` times as long along one
   * axis as along its shortest is turned about its shortest axis alone, by up to `inPlaneDegrees`, and neither scaled nor made coarser along it.
   */
  rotation: { probability: 0.2, degrees: 30, inPlaneDegrees: 180 },
  thinRatio: 3,
  /** One factor for all axes, uniform; above 1 the crop shows more of the volume, and organs are smaller. */
  scaling: { probability: 0.2, range: [0.7, 1.4] },
  /** Normal noise; nnU-Net calls the range a variance and uses what it draws as the standard deviation. */
  noise: { probability: 0.1, deviation: [0, 0.1] },
  /** A normal curve, drawn for every axis anew, in voxels. */
  blur: { probability: 0.2 * 0.5, sigma: [0.5, 1] },
  /** Values times a factor: half the draws below 1, half above. */
  brightness: { probability: 0.15, factor: [0.75, 1.25] },
  /** Distances to the mean times a factor, drawn likewise, kept within what the range of values was. */
  contrast: { probability: 0.15, factor: [0.75, 1.25] },
  /** Every axis thinned out to this share of its voxels (nearest) and filled again (linear). */
  lowResolution: { probability: 0.25 * 0.5, share: [0.5, 1] },
  /** Values, brought to 0..1, to a power: half the draws below 1, half above; mean and deviation are restored. First on the negative ... */
  invertedGamma: { probability: 0.1, exponent: [0.7, 1.5] },
  /** ... then on the values. */
  gamma: { probability: 0.3, exponent: [0.7, 1.5] },
  /** For every allowed axis. */
  mirror: 0.5,
} as const
