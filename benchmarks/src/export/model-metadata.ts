import { type ConfigFile, expectConfig, scoresOfMethod, type TrainedRun } from '@dualseg/trainer'

/** In every model that `bench export` writes: an older one may be replaced, other files may not. */
export const MODEL_MARK = 'dualseg.run'

/**
 * What somebody needs who has the model and nothing else: how an image becomes its input, how windows are laid and joined, what its channels mean, and which
 * run it is of. Texts by key; all but the version are JSON.
 *
 * @param network the model's, of those that the run predicts with
 */
export function modelMetadata(run: TrainedRun, network: string, version: string): Record<string, string> {
  const { method, settings, preparation, channels, classes, networks } = run
  const scores = scoresOfMethod(method, settings.classes)
  const hasBackground = scores.channels > 1
  return {
    'dualseg.version': version,
    ...jsonEach({
      'dualseg.input': { axes: ['batch', 'channel', 'x', 'y', 'z'], multipleOf: MULTIPLE, ...(channels && { channels }) },
      'dualseg.preparation': preparation === null ? null : { ...preparation, reduce: settings.reduce },
      'dualseg.window': {
        patch: settings.patch,
        stride: settings.stride,
        mirror: settings.testMirror ?? [],
        decide: scores.decide,
      },
      'dualseg.classes': classes.map(({ name, values }, index) => ({ channel: hasBackground ? index + 1 : index, name, values })),
      'dualseg.networks': { this: network, mean: networks.map(({ name }) => name) },
      [MODEL_MARK]: provenance(expectConfig(run.folder)),
    }),
  }
}

/** A network halves its maps four times. */
const MULTIPLE = 16

/** All that decides the run's result; nothing of the machine or its user. */
function provenance({ config, sha256 }: ConfigFile) {
  return { sha256, ...config }
}

function jsonEach(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]))
}
