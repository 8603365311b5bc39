import { channelDropout3d, dualsegError, emaStep, expectFlag, expectOptions, found } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { ForwardOptions } from './network'
import type { RunningStatistics } from './network-builder'

/** PyTorch's batch norm momentum 0.1, as the share that is kept. */
const KEPT = 0.9

/** @throws DUALSEG_VALUE, DUALSEG_USAGE for what are no options of a forward pass */
export function checkForwardOptions(where: string, options: ForwardOptions): void {
  const own = where.startsWith('vnet-perturbed') ? ['perturbed'] : []
  expectOptions(where, options, ['training', 'random', 'updateStatistics', ...own])
  const { training, random, updateStatistics, perturbed } = options
  expectFlag(where, 'training', training)
  if (updateStatistics !== undefined) expectFlag(where, 'updateStatistics', updateStatistics)
  if (perturbed !== undefined && !(Number.isInteger(perturbed) && perturbed >= 0)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: perturbed is ${found(perturbed)}; pass a number of samples, 0 or more`)
  }
  if (random !== undefined && typeof random !== 'function') {
    throw dualsegError('DUALSEG_USAGE', `${where}: random is ${found(random)}; pass (purpose, sample) => a random stream`)
  }
}

/** What one call of `forward` carries through the layers: the mode, the dropout source, the statistics to be merged. */
export class ForwardPass {
  readonly training: boolean
  /** As asked for. */
  readonly perturbed: number | undefined
  private readonly updateStatistics: boolean
  private readonly seen: { running: RunningStatistics; mean: tf.Tensor; variance: tf.Tensor; count: number }[] = []

  constructor(
    private readonly network: string,
    private readonly rate: number,
    private readonly options: ForwardOptions,
  ) {
    checkForwardOptions(network, options)
    this.training = options.training
    this.perturbed = options.perturbed
    this.updateStatistics = options.updateStatistics ?? options.training
    if (this.updateStatistics && !this.training) {
      throw dualsegError(
        'DUALSEG_USAGE',
        `${network}: updateStatistics without training; there are batch statistics only with training: true`,
      )
    }
    if (this.training && rate > 0 && options.random === undefined) {
      throw dualsegError(
        'DUALSEG_USAGE',
        `${network}: training with dropout ${rate} came without a random source; pass random, or make the network with dropout: 0`,
      )
    }
  }

  /** Notes one batch norm's statistics: `mean` and biased `variance` over `count` values a channel. */
  note(running: RunningStatistics, mean: tf.Tensor, variance: tf.Tensor, count: number): void {
    if (!this.updateStatistics) return
    // The layers around free what they do not return; these must outlive them until the pass ends.
    this.seen.push({ running, mean: tf.keep(mean), variance: tf.keep(variance), count })
  }

  /**
   * Moves all running statistics, in one engine call: `r = 0.9 r + 0.1 b`. The variance stored is the unbiased one,
   * though normalisation uses the biased one (PyTorch). No gradient leads through here: nothing that is returned depends on it.
   */
  mergeStatistics(): void {
    if (this.seen.length === 0) return
    const running = this.seen.flatMap((entry) => [entry.running.mean, entry.running.variance])
    tf.tidy(() => {
      const batch = this.seen.flatMap((entry) => [entry.mean, tf.mul(entry.variance, entry.count / (entry.count - 1))])
      emaStep(running, batch, KEPT)
    })
    for (const entry of this.seen) entry.running.batches += 1n
  }

  /** Frees what {@link note} kept; to be called also when a layer threw. */
  release(): void {
    for (const entry of this.seen.splice(0)) tf.dispose([entry.mean, entry.variance])
  }

  /**
   * Drops whole channels of each sample and scales the others by `1/(1 - rate)`; the identity outside training.
   *
   * @param share of the network's dropout, where a place has less of it
   */
  dropout(x: tf.Tensor5D, purpose: string, share = 1): tf.Tensor5D {
    if (!this.training || this.rate === 0) return x
    const [batch, , , , channels] = x.shape
    return tf.tidy(() =>
      channelDropout3d(x, tf.tensor2d(this.mask(batch, channels, purpose, this.rate * share), [batch, channels])),
    )
  }

  private mask(batch: number, channels: number, purpose: string, rate: number): Float32Array {
    const mask = new Float32Array(batch * channels)
    const survivor = 1 / (1 - rate)
    for (let sample = 0; sample < batch; sample++) {
      const stream = this.options.random?.(purpose, sample)
      if (typeof stream?.uniform !== 'function') {
        throw dualsegError(
          'DUALSEG_USAGE',
          `${this.network}: random(${purpose}, ${sample}) returned ${found(stream)}, expected a random stream`,
        )
      }
      for (let c = 0; c < channels; c++) mask[sample * channels + c] = stream.uniform() < rate ? 0 : survivor
    }
    return mask
  }
}
