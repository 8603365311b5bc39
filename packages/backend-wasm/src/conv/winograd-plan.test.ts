import { describe, expect, it } from 'vitest'
import { largestError, randomValues } from '../../test/compare'
import {
  referenceForward,
  referenceGradFilter,
  referenceGradInput,
  referenceStatistics,
  withBias,
} from '../../test/reference-conv'
import { SingleThread } from '../../test/single-thread'
import { type ConvGeometry, convGeometry, voxels } from './geometry'
import { planWinogradForward, planWinogradGradFilter, type WinogradTile } from './winograd-plan'

const machine = new SingleThread()

function geometry(batch: number, x: number, y: number, z: number, cin: number, cout: number): ConvGeometry {
  return convGeometry({ inputShape: [batch, x, y, z, cin], filterShape: [3, 3, 3, cin, cout], stride: 1, padding: 1 })
}

/** Errors over the deviation of the result. F(4,3) is allowed four times what F(2,3) is. */
const TOLERANCE: Record<WinogradTile, number> = { '222': 1e-5, '444': 4e-5 }

const shapes: [number, number, number, number, number, number][] = [
  [1, 1, 1, 1, 4, 4],
  [2, 5, 3, 7, 4, 12],
  [1, 6, 7, 9, 8, 8],
  [3, 4, 5, 6, 20, 28],
  [1, 9, 8, 17, 16, 32],
  [2, 3, 3, 2, 64, 64],
  [1, 3, 2, 5, 80, 96],
  [1, 20, 18, 3, 8, 16],
]

describe.each(['222', '444'] as const)('Winograd %s', (tile) => {
  it.each(shapes)('agrees with plain loops: batch %i, %ix%ix%i, %i -> %i channels', (...shape) => {
    machine.reset()
    const g = geometry(...shape)
    const common = { batch: g.batch, size: g.input, tile }
    const forward = { ...common, inputChannels: g.inputChannels, outputChannels: g.outputChannels }
    const x = machine.tensor(
      g.batch * voxels(g.input) * g.inputChannels,
      randomValues(g.batch * voxels(g.input) * g.inputChannels, 1),
    )
    const w = machine.tensor(27 * g.inputChannels * g.outputChannels, randomValues(27 * g.inputChannels * g.outputChannels, 2))
    const bias = machine.tensor(g.outputChannels, randomValues(g.outputChannels, 3))
    const y = machine.tensor(g.batch * voxels(g.output) * g.outputChannels)
    const mean = machine.tensor(g.outputChannels)
    const variance = machine.tensor(g.outputChannels)

    const plan = planWinogradForward(forward, { flipped: false, statistics: true })
    const pointers = {
      x: x.pointer,
      filter: w.pointer,
      bias: bias.pointer,
      y: y.pointer,
      mean: mean.pointer,
      variance: variance.pointer,
    }
    machine.run(plan.launch({ ...pointers, workspace: machine.workspace(plan.workspaceBytes) }), 3)
    const expected = withBias(referenceForward(g, x.values, w.values), bias.values)
    expect(largestError(y.values, expected)).toBeLessThan(TOLERANCE[tile])
    const statistics = referenceStatistics(y.values, g.outputChannels)
    expect(largestError(mean.values, statistics.mean)).toBeLessThan(1e-5)
    expect(largestError(variance.values, statistics.variance)).toBeLessThan(1e-5)

    const dy = machine.tensor(y.values.length, randomValues(y.values.length, 4))
    const dx = machine.tensor(x.values.length)
    const back = planWinogradForward(
      { ...common, inputChannels: g.outputChannels, outputChannels: g.inputChannels },
      { flipped: true, statistics: false },
    )
    machine.run(
      back.launch({
        x: dy.pointer,
        filter: w.pointer,
        bias: 0,
        y: dx.pointer,
        workspace: machine.workspace(back.workspaceBytes),
      }),
      2,
    )
    expect(largestError(dx.values, referenceGradInput(g, dy.values, w.values))).toBeLessThan(TOLERANCE[tile])

    const dw = machine.tensor(w.values.length)
    const grad = planWinogradGradFilter(forward)
    machine.run(
      grad.launch({ x: x.pointer, dy: dy.pointer, filter: dw.pointer, workspace: machine.workspace(grad.workspaceBytes) }),
      2,
    )
    expect(largestError(dw.values, referenceGradFilter(g, x.values, dy.values))).toBeLessThan(TOLERANCE[tile])
  })
})
