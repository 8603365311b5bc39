import { dataError } from '../data-error'
import type { ImageVolume, LabelVolume, TrainingCase, VolumeGrid } from '../volume'
import { runCaseTasks } from './case-pool'
import type { CaseSource } from './case-source'
import type { CaseTask, LoadedCase } from './case-task'
import { filesRule } from './read-files-case'

export interface CaseStoreOptions {
  /** Every axis is reduced by this. @default 1 */
  factor?: number
  /** Bring reduced images to mean 0 and standard deviation 1 again. @default factor > 1 */
  restandardise?: boolean
  /** Loading threads; 0 loads on the calling thread. @default the processor's threads, at most 8 */
  threads?: number
}

/** Which parts of which cases a run needs. A case may stand in more than one list. */
export interface CaseNeeds {
  /** Image and label on the reduced grid. */
  labelled?: readonly string[]
  /** Image on the reduced grid; the label is not read. */
  unlabelled?: readonly string[]
  /** Image on the reduced grid, and the label on the original grid for scoring. */
  test?: readonly string[]
}

export interface LoadProgress {
  done: number
  total: number
  id: string
}

/**
 * Loads, reduces and keeps cases for a grid of runs; what is there is not loaded again. Voxels lie in SharedArrayBuffers, so that loading threads
 * and the batch loader share them.
 *
 * ```ts
 * const store = new CaseStore(source, { factor: 3 })
 * await store.load(splitFold(lists, 0, 16), { onProgress: ({ done, total }) => console.error(done, total) })
 * ```
 */
export class CaseStore {
  readonly source: CaseSource
  readonly factor: number
  readonly #restandardise: boolean
  readonly #threads: number | undefined
  readonly #loaded = new Map<string, LoadedCase>()

  constructor(source: CaseSource, options: CaseStoreOptions = {}) {
    this.source = source
    this.factor = options.factor ?? 1
    this.#restandardise = options.restandardise ?? this.factor > 1
    this.#threads = options.threads
  }

  /**
   * Loads what is missing, in parallel.
   *
   * @throws DUALSEG_DATA with the first case that cannot be read; what was loaded before stays
   */
  async load(
    needs: CaseNeeds,
    options: { onProgress?: (progress: LoadProgress) => void; signal?: AbortSignal } = {},
  ): Promise<void> {
    const tasks = this.#missing(needs)
    let done = 0
    await runCaseTasks(this.source, tasks, {
      ...(this.#threads !== undefined && { threads: this.#threads }),
      ...(options.signal && { signal: options.signal }),
      onResult: (loaded) => {
        this.#loaded.set(loaded.id, { ...this.#loaded.get(loaded.id), ...loaded })
        options.onProgress?.({ done: ++done, total: tasks.length, id: loaded.id })
      },
    })
  }

  /** The image on the reduced grid. */
  image(id: string): ImageVolume {
    return this.#part(id, 'image')
  }

  /** Further channels of the case, on the image's grid; none where cases have one. */
  otherChannels(id: string): readonly ImageVolume[] {
    return this.#loaded.get(id)?.otherChannels ?? []
  }

  /** The grid that the case's image was resampled to, before reduction; undefined where it was not, and the reference's is meant. */
  resampledGrid(id: string): VolumeGrid | undefined {
    return this.#loaded.get(id)?.resampledGrid
  }

  /** The label on the reduced grid; only cases loaded as `labelled` have it. */
  label(id: string): LabelVolume {
    return this.#part(id, 'label')
  }

  /** The label on the original grid; only cases loaded as `test` have it. */
  reference(id: string): LabelVolume {
    return this.#part(id, 'reference')
  }

  /** SHA-256 (hex) of the case's file, or of its voxels where it has no file. */
  sha256(id: string): string {
    return this.#part(id, 'sha256')
  }

  /** Where the axes of the case's files run to; undefined where they do not say, and were not turned. */
  axes(id: string): string | undefined {
    return this.#loaded.get(id)?.axes
  }

  /** By what rule the files became volumes, as plain data; null where the volumes are taken as they are. */
  get rule(): ReturnType<typeof filesRule> | null {
    return this.source.kind === 'files' ? filesRule(this.source) : null
  }

  /** What training may see of a case: the label only if it is asked for. */
  trainingCase(id: string, labelled: boolean): TrainingCase {
    const others = this.otherChannels(id)
    return {
      id,
      image: this.image(id),
      ...(others.length > 0 && { otherChannels: others }),
      ...(labelled && { label: this.label(id) }),
    }
  }

  /** Forgets all cases. */
  clear(): void {
    this.#loaded.clear()
  }

  #part<K extends 'image' | 'label' | 'reference' | 'sha256'>(id: string, part: K): NonNullable<LoadedCase[K]> {
    const found = this.#loaded.get(id)?.[part]
    if (found === undefined) {
      const what = {
        image: 'labelled, unlabelled or test',
        label: 'labelled',
        reference: 'test',
        sha256: 'labelled, unlabelled or test',
      }[part]
      throw dataError(`CaseStore: the ${part} of case ${id} is not loaded; load it as ${what} first`)
    }
    return found
  }

  #missing({ labelled = [], unlabelled = [], test = [] }: CaseNeeds): CaseTask[] {
    const wantLabel = new Set(labelled)
    const wantReference = new Set(test)
    const tasks: CaseTask[] = []
    for (const id of new Set([...test, ...labelled, ...unlabelled])) {
      const have = this.#loaded.get(id)
      const image = !have?.image
      const label = wantLabel.has(id) && !have?.label
      const reference = wantReference.has(id) && !have?.reference
      if (image || label || reference) {
        tasks.push({ kind: 'load', id, image, label, reference, factor: this.factor, restandardise: this.#restandardise })
      }
    }
    return tasks
  }
}
