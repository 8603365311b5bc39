import { runAugment } from './augment'
import { runBaselineSchedules } from './baseline-schedules'
import { runLosses } from './losses'
import { runMetrics } from './metrics'
import { runNetworks } from './networks'
import { runRamps } from './ramps'
import type { GroupResult } from './report'
import { runSchedules } from './schedules'
import { runSdf } from './sdf'
import { runSliding } from './sliding'
import { runStep } from './step'

/** What checks each file of the kit, by the file's name without `.json`. */
export const conformanceRunners: Readonly<Record<string, readonly ((kit: unknown) => GroupResult[] | Promise<GroupResult[]>)[]>> =
  {
    augment: [runAugment],
    'baselines-losses': [(kit) => runLosses(kit, 'baselines-losses'), runBaselineSchedules],
    'baselines-step': [(kit) => runStep(kit, { file: 'baselines-step' })],
    losses: [(kit) => runLosses(kit)],
    metrics: [runMetrics],
    networks: [(kit) => runNetworks(kit)],
    ramps: [(kit) => runRamps(kit), runSchedules],
    sdf: [runSdf],
    sliding: [runSliding],
    step: [(kit) => runStep(kit)],
  }
