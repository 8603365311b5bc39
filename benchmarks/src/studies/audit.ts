import {
  type AuditEntry,
  auditFaults,
  auditStep,
  batchRequest,
  createNetworks,
  iterationDraws,
  type RunPlan,
  stageStarts,
  trainingBatch,
  trainingStep,
} from '@dualseg/trainer'

/** What one term sends to one network from one half of the batch, over all audited steps. */
export interface AuditRow extends Pick<AuditEntry, 'phase' | 'term' | 'network' | 'half'> {
  /** Largest gradient norm of the raw term seen; 0 is exactly zero in every step. */
  norm: number
  verdict: 'live' | 'silent' | 'dead as released' | 'fault'
}

export interface MethodAudit {
  method: string
  /** Winners that occurred, where two networks compete. */
  winners: number[]
  rows: AuditRow[]
  /** Values that a step notes and that are no part of any loss. */
  noted: string[]
  faults: string[]
}

/** So late that every ramp is nearly up and every mask is in use. */
const LATE = 0.9
/** Steps looked at: enough for either network to win where two compete. */
const MAX_STEPS = 6
const MIN_STEPS = 2
/** Steps trained before, so that the networks see something; the rate is the profile's. */
const WARM_UP = 12

/**
 * Trains a few steps from fixed starting values, then asks in several late steps what every raw term teaches each network.
 * A gradient that the method's file promises and that is exactly zero, or one that it does not promise, is a fault.
 */
export async function auditMethod(plan: RunPlan, report: (line: string) => void): Promise<MethodAudit> {
  const { method, settings, seed, data } = plan
  const networks = createNetworks(method, settings, seed)
  const batches = await data.openBatches(batchRequest(settings, seed, { start: 0, end: WARM_UP + MAX_STEPS }))
  const entries = new Map<string, AuditEntry & { everExpected: boolean }>()
  const faults = new Set<string>()
  const winners = new Set<number>()
  const competes = 'winner' in method.audit
  try {
    for (let step = 0; step < WARM_UP + MAX_STEPS; step++) {
      const batch = trainingBatch(await batches.next(step), settings)
      const late = Math.floor(LATE * settings.iterations) + step
      const setting = {
        iteration: step < WARM_UP ? step : late,
        iterations: settings.iterations,
        rampEvery: settings.rampEvery,
        without: plan.without ?? [],
        draws: iterationDraws(seed, step),
      }
      try {
        if (step >= WARM_UP) {
          report(`step ${step - WARM_UP + 1} of at most ${MAX_STEPS}`)
          // The last stage is asked as often as it takes, the others once.
          const earlier = step === WARM_UP ? stageStarts(method, settings.iterations).slice(0, -1) : []
          for (const iteration of [...earlier, late]) {
            const audited = await auditStep(method, networks, batch, { ...setting, iteration })
            if (competes) winners.add(audited.terms.winner!.value)
            for (const fault of auditFaults(audited)) faults.add(describe(fault))
            for (const entry of audited.entries) merge(entries, entry)
          }
          const seen = step - WARM_UP + 1
          if (seen >= MIN_STEPS && (!competes || winners.size === 2)) break
        }
        await trainingStep(method, networks, batch, { ...setting, rate: settings.learningRate.rate / 10 })
      } finally {
        batch.image.dispose()
        batch.labels.dispose()
      }
    }
  } finally {
    await batches.close()
    networks.dispose()
  }
  for (const entry of entries.values()) {
    const promised = (method.audit[entry.term]?.[entry.network] ?? []).includes(entry.half)
    // A network that never won or lost in these steps has not been asked.
    if (promised && !entry.everExpected && !competes) faults.add(`${entry.term} never trained ${entry.network}`)
  }
  const isNoted = (term: string) => Object.keys(method.audit[term] ?? {}).length === 0 && !isReleasedConstant(term, method.name)
  const all = [...entries.values()]
  return {
    method: method.name,
    winners: [...winners].sort(),
    rows: all.filter(({ term }) => !isNoted(term)).map((entry) => rowOf(entry, method.name)),
    noted: [...new Set(all.map(({ term }) => term).filter(isNoted))],
    faults: [...faults],
  }
}

function merge(entries: Map<string, AuditEntry & { everExpected: boolean }>, entry: AuditEntry): void {
  const key = [entry.phase, entry.term, entry.network, entry.half].join('|')
  const before = entries.get(key)
  entries.set(key, {
    ...entry,
    norm: Math.max(entry.norm, before?.norm ?? 0),
    everExpected: entry.expected || before?.everExpected === true,
  })
}

function rowOf(
  { phase, term, network, half, norm, everExpected }: AuditEntry & { everExpected: boolean },
  method: string,
): AuditRow {
  const isLive = norm > 0
  const silent = isReleasedConstant(term, method) ? 'dead as released' : 'silent'
  return { phase, term, network, half, norm, verdict: isLive === everExpected ? (isLive ? 'live' : silent) : 'fault' }
}

/** Losses of the released LUSEG and DualNet code that are computed on detached tensors. */
const RELEASED_CONSTANTS = new Set(['vnet.pseudo', 'resnet.pseudo', 'contrast'])

function isReleasedConstant(term: string, method: string): boolean {
  return method.endsWith('-released') && RELEASED_CONSTANTS.has(term)
}

function describe({ term, network, half, norm, expected }: AuditEntry): string {
  return expected
    ? `${term} is dead for ${network}, ${half} half: no gradient arrives`
    : `${term} reaches ${network} from the ${half} half (norm ${norm}), which its file does not say`
}
