import type { AuthorsProtocol } from './definition/method'

/** UA-MT, SASSNet and DTC (one lineage of scripts): default initialisation, rotation and flip, the rate falls before step 2,500. */
export const UA_MT_FAMILY: AuthorsProtocol = {
  initialise: 'default',
  rotFlip: true,
  iterations: 6000,
  learningRate: { kind: 'step', rate: 0.01, factor: 0.1, every: 2500 },
}

/** MCF, LUSEG and DualNet: Kaiming initialisation, crops only, the rate falls after step 2,500. */
export const MCF_FAMILY: AuthorsProtocol = {
  initialise: 'kaiming',
  rotFlip: false,
  iterations: 6000,
  learningRate: { kind: 'step', rate: 0.01, factor: 0.1, every: 2500, lag: 1 },
}

/** MC-Net: the UA-MT lineage with 15,000 iterations at a constant rate. */
export const MC_NET_AUTHORS: AuthorsProtocol = {
  initialise: 'default',
  rotFlip: true,
  iterations: 15000,
  learningRate: { kind: 'constant', rate: 0.01 },
}
