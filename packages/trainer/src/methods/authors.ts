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

/**
 * SSL4MIS' 3-D scripts: default initialisation, rotation and flip, a rate that falls every iteration, a ramp-up of 200 steps of 150 iterations. Their patch of
 * 96x96x96 and their choice of the best validation checkpoint are not taken over; `--model vnet` is an option of theirs.
 */
export const SSL4MIS_FAMILY: AuthorsProtocol = {
  initialise: 'default',
  rotFlip: true,
  iterations: 30000,
  learningRate: { kind: 'poly', rate: 0.01, power: 0.9, lag: 1 },
  rampLength: 200,
}

/** SSL4MIS' scripts with two networks (CPS, regularised dropout): Kaiming initialisation for the first, and the rate is set after the counter's increment. */
export const SSL4MIS_PAIR: AuthorsProtocol = {
  ...SSL4MIS_FAMILY,
  initialise: 'kaiming',
  learningRate: { kind: 'poly', rate: 0.01, power: 0.9 },
}

/** SSL4MIS' URPC script: twice as long, at ten times the rate, with a ramp-up of 400 steps; its U-Net is Kaiming-initialised. */
export const URPC_AUTHORS: AuthorsProtocol = {
  initialise: 'kaiming',
  rotFlip: true,
  iterations: 60000,
  learningRate: { kind: 'poly', rate: 0.1, power: 0.9, lag: 1 },
  rampLength: 400,
}

/** MC-Net: the UA-MT lineage with 15,000 iterations at a constant rate. */
export const MC_NET_AUTHORS: AuthorsProtocol = {
  initialise: 'default',
  rotFlip: true,
  iterations: 15000,
  learningRate: { kind: 'constant', rate: 0.01 },
}

/** BCP: 2,000 iterations of pre-training and 15,000 after them, of which the rate falls every 2,500. */
export const BCP_AUTHORS: AuthorsProtocol = {
  initialise: 'default',
  rotFlip: true,
  iterations: 17000,
  learningRate: { kind: 'step', rate: 0.01, factor: 0.1, every: 2500, from: 2000 },
}

/** SDCL: 80 epochs of pre-training and 275 after them, of 40 iterations each with 8 labelled. Its Adam at 0.001 is not taken over: SGD, at a constant rate. */
export const SDCL_AUTHORS: AuthorsProtocol = {
  initialise: 'default',
  rotFlip: false,
  iterations: 14200,
  learningRate: { kind: 'constant', rate: 0.01 },
}

/** AD-MT: 15,000 iterations, a rate that falls every iteration, set before the counter's increment. */
export const AD_MT_AUTHORS: AuthorsProtocol = {
  initialise: 'default',
  rotFlip: true,
  iterations: 15000,
  learningRate: { kind: 'poly', rate: 0.01, power: 0.9, lag: 1 },
}

/** SS-Net: the UA-MT lineage with 15,000 iterations. */
export const SS_NET_AUTHORS: AuthorsProtocol = { ...UA_MT_FAMILY, iterations: 15000 }

/** CrossMatch: 14,000 iterations of a polynomial decay that would reach 0 at 17,000; its AdamW at 0.001 is not taken over. */
export const CROSS_MATCH_AUTHORS: AuthorsProtocol = {
  initialise: 'default',
  rotFlip: true,
  iterations: 14000,
  learningRate: { kind: 'poly', rate: 0.01, power: 0.9 },
}
