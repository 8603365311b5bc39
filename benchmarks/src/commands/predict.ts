import { join, resolve } from 'node:path'
import { type LabelClass, labelValues } from '@dualseg/data'
import { type FileVolume, ImageReader, writeImage } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import {
  type ClassVolume,
  classVolumes,
  describeRuns,
  type Ensemble,
  loadEnsemble,
  millilitres,
  type PredictOptions,
  readConfig,
} from '@dualseg/trainer'
import { abortOnInterrupt } from '../command-line/abort-on-interrupt'
import { choose, oneInteger } from '../command-line/choose'
import { NUMERIC_ARGUMENTS, numericOptions } from '../command-line/engine-arguments'
import { errorWords } from '../command-line/error-words'
import { EXIT, exitCodeOf } from '../command-line/exit-codes'
import { standing } from '../command-line/given-path'
import { noteLines, notesOf } from '../command-line/note-lines'
import { outputFolder } from '../command-line/output-place'
import { type Job, worked, workOff } from '../command-line/progress'
import type { Verb } from '../command-line/verb'
import { openEngine } from '../engines/open-engine'
import { type CaseImages, caseImages } from '../predict/case-images'
import { imagesIn } from '../predict/images-in'
import { outputNames } from '../predict/output-names'
import { keepRecord, recordPath, refuseOverwriting } from '../predict/prediction-record'
import { readCrop } from '../predict/read-crop'

const FORMATS = ['nii.gz', 'nii', 'nrrd', 'mha'] as const

/** One image's results. */
interface Written {
  readonly image: string
  readonly label: string
  /** Where there is one class. */
  readonly probs?: string
  readonly foregroundVoxels: number
  /** Absent where the image carries no spacing. */
  readonly foregroundMillilitres?: number
  /** Where there are several, in the order of the data set. */
  readonly classes?: readonly WrittenClass[]
  readonly windows: number
  readonly notes: readonly string[]
}

interface WrittenClass extends ClassVolume {
  readonly probs?: string
}

/** `bench predict`: a trained run segments image files. */
export const predict: Verb = {
  definition: {
    meta: { name: 'predict', description: 'Segment NIfTI, NRRD, MetaImage, DICOM and h5 images with a trained run' },
    args: {
      image: {
        type: 'positional',
        description:
          'Image files (.nii .nii.gz .nrrd .nhdr .mha .mhd .h5) or folders: of such files, or with one DICOM series each',
        required: true,
        valueHint: 'file',
      },
      run: {
        type: 'string',
        description: 'Folder of a finished run, as bench la prints it; of several, given one by one, the mean is taken',
        required: true,
        valueHint: 'folder',
      },
      out: { type: 'string', description: 'Folder for the label maps', default: 'predictions', valueHint: 'folder' },
      format: { type: 'string', description: `What is written: ${FORMATS.join(' ')}`, default: 'nii.gz' },
      crop: {
        type: 'string',
        description: 'Look only there, in voxels of the image; LA runs were trained on crops and expect one',
        valueHint: 'x0:x1,y0:y1,z0:z1',
      },
      'as-stored': {
        type: 'boolean',
        description: 'The image was prepared as the training volumes were: touch neither values nor grid (h5: always so)',
        default: false,
      },
      probabilities: {
        type: 'boolean',
        alias: 'probs',
        description: "Also write the foreground's probability, or every class's in a file of its own",
        default: false,
      },
      gaussian: { type: 'boolean', description: 'Weigh the middle of a window more; beyond the papers', default: false },
      mirror: {
        type: 'boolean',
        description:
          "Mean over mirrorings along the data set's axes, up to eight times as long; beyond the papers. As in the run's own test if not given",
      },
      'largest-component': {
        type: 'boolean',
        description: 'Keep only the largest component of every class; beyond the papers',
        default: false,
      },
      overwrite: { type: 'boolean', description: 'Replace what bench predict wrote there before', default: false },
      force: { type: 'boolean', description: 'Also images that are unlike the training images', default: false },
      dataset: { type: 'string', description: 'Dataset of h5 files', default: 'image', valueHint: 'name' },
      batch: { type: 'string', description: "Windows at once; the run's if not given", valueHint: 'number' },
      engine: { type: 'string', description: 'auto, or the name of an engine', default: 'auto' },
      threads: { type: 'string', description: "The engine's threads; all of the machine's if not given" },
      ...NUMERIC_ARGUMENTS,
      json: { type: 'boolean', description: 'Print the result as one JSON object', default: false },
    },
  },
  lists: ['image', 'run'],
  examples: [
    'pnpm bench predict --run runs/la/full/dualnet/fold0-seed1-1a2b3c4d scan.nii.gz --crop 180:420,150:400,0:88',
    'pnpm bench predict --run runs/la/quick/mt/fold0-seed1-5e6f7a8b --probabilities --out results a.nrrd b.mha dicom-folder/',
    'pnpm -s bench predict --run runs/la/quick/mt/fold0-seed1-5e6f7a8b volumes/CASE/mri_norm2.h5 --json',
  ],
  run: benchPredict,
}

async function benchPredict(args: Record<string, unknown>): Promise<number> {
  const folders = args.run as string[]
  const channels = channelsOfRun(folders[0]!)
  const cases = await caseImages(imagesIn(args.image as string[]), channels)
  const names = outputNames(cases.map(({ named }) => named))
  const format = choose('--format', String(args.format), FORMATS)
  const folder = resolve(standing(), String(args.out))
  const overwrite = args.overwrite === true
  refuseOverwriting(folder, names, FORMATS, overwrite)
  const options: PredictOptions = {
    probs: Boolean(args.probabilities),
    ...(args.crop !== undefined && { crop: readCrop(String(args.crop)) }),
    ...(args['as-stored'] === true && { asStored: true }),
    ...(args.batch !== undefined && { batch: oneInteger('--batch', String(args.batch), 1, 64) }),
    weighting: args.gaussian ? 'gaussian' : 'uniform',
    ...(args.mirror !== undefined && { mirror: args.mirror === true }),
    largestComponent: Boolean(args['largest-component']),
    force: Boolean(args.force),
  }
  const threads = args.threads === undefined ? {} : { threads: oneInteger('--threads', String(args.threads), 1, 256) }
  const engine = await openEngine(String(args.engine), { ...threads, ...numericOptions(args) })
  const ensemble = await loadEnsemble(folders)
  for (const [index, run] of ensemble.runs.entries()) {
    console.error(
      `${run.method.title} trained on ${run.dataset}, profile ${run.settings.profile}${index === 0 ? ` · ${engine.line}` : ''}`,
    )
    if (engine.identity.name !== run.engine.name)
      console.error(`It was trained with the ${run.engine.name} engine; last digits may differ from those of its own test.`)
  }

  outputFolder('--out', folder)
  const { signal, stopListening } = abortOnInterrupt()
  const origin = originOf(ensemble, engine.line)
  const how = { ...options, ...(args.crop !== undefined && { crop: String(args.crop) }) }
  const reader = new ImageReader()
  const written: Written[] = []
  try {
    const readNext = imagesInOrder(reader, cases, String(args.dataset))
    const jobs = cases.map(({ path, images, refused, notes }, i): Job => {
      const output = (kind: string) => join(folder, `${names[i]}-${kind}.${format}`)
      return {
        title: path,
        run: async (report) => {
          if (signal.aborted) return 'not done'
          if (refused !== undefined) throw dualsegError('DUALSEG_DATA', `${path}: ${refused}`)
          const read = await readNext(i)
          // Another command may have been quicker.
          const probsKinds = options.probs ? kindsOfProbs(ensemble.classes) : []
          refuseOverwriting(folder, [names[i]!], FORMATS, overwrite, ['label', ...probsKinds])
          const paths = { label: output('label'), probs: probsKinds.map(output) }
          const segmented = await segment(ensemble, read, { ...options, signal }, { ...paths, overwrite }, report)
          const result = { ...segmented, notes: [...notes, ...segmented.notes] }
          keepRecord(recordPath(folder, names[i]!), [paths.label, ...paths.probs], {
            ...origin,
            image: resolve(path),
            ...(images.length > 1 && { images: images.map((one) => ({ ...one, path: resolve(one.path) })) }),
            options: how,
            notes: result.notes,
          })
          written.push(result)
          return `${result.foregroundVoxels} voxels of foreground → ${result.label}`
        },
      }
    })
    const errors = await workOff(jobs, { stopOnError: false })
    for (const line of noteLines(written.map(({ image, notes }) => ({ name: image, notes })))) console.error(line)
    print(ensemble, engine.line, written, Boolean(args.json))
    if (signal.aborted) {
      console.error('Interrupted; what is written is complete.')
      return EXIT.interrupted
    }
    for (const [path, error] of errors) console.error(about(path, error))
    return errors.size === 0 ? EXIT.done : exitCodeOf([...errors.values()][0])
  } finally {
    stopListening()
    await reader.close()
    ensemble.dispose()
  }
}

/** Reads the images of cases in order, one case ahead of the one that was asked for. */
function imagesInOrder(
  reader: ImageReader,
  cases: readonly CaseImages[],
  dataset: string,
): (index: number) => Promise<readonly FileVolume[]> {
  const begun = new Map<number, Promise<readonly FileVolume[]>>()
  const begin = (index: number) => {
    const one = cases[index]
    if (one === undefined || one.refused !== undefined || begun.has(index)) return
    const image = Promise.all(one.images.map(({ path, ...which }) => reader.read(path, { dataset, ...which })))
    // Its failure is told when its turn comes.
    image.catch(() => {})
    begun.set(index, image)
  }
  return async (index) => {
    begin(index)
    const image = begun.get(index)!
    begun.delete(index)
    // The next file only after this one: both at once would take memory for two, and decoders' threads time from each other.
    await image.catch(() => {})
    begin(index + 1)
    return image
  }
}

async function segment(
  run: Ensemble,
  images: readonly FileVolume[],
  options: PredictOptions,
  { overwrite, ...paths }: { label: string; probs: readonly string[]; overwrite: boolean },
  report: (line: string) => void,
): Promise<Written> {
  const began = performance.now()
  const { label, probs, classProbs, windows, notes } = await run.predict(images, {
    ...options,
    onProgress: (done, all) => report(`window ${worked(done, all, began)}`),
  })
  const how = { description: describeRuns(run.runs.map(({ folder }) => folder)), replace: overwrite }
  await writeImage(paths.label, { ...label, data: labelValues(label.data, run.classes) }, how)
  const maps = classProbs ?? (probs ? [probs] : [])
  for (const [index, path] of paths.probs.entries()) await writeImage(path, maps[index]!, how)
  const classes = classVolumes(label, run.classes)
  const foregroundVoxels = classes.reduce((sum, { voxels }) => sum + voxels, 0)
  const volume = millilitres(foregroundVoxels, label)
  const isOne = run.classes.length === 1
  return {
    image: images[0]!.path,
    label: paths.label,
    ...(isOne && paths.probs[0] !== undefined && { probs: paths.probs[0] }),
    foregroundVoxels,
    ...(volume !== undefined && { foregroundMillilitres: volume }),
    ...(!isOne && {
      classes: classes.map((one, index) => ({ ...one, ...(paths.probs[index] !== undefined && { probs: paths.probs[index] }) })),
    }),
    windows,
    notes: [...images.flatMap((image, index) => notesOf(run.channels?.[index] ?? 'the image', image.notes)), ...notes],
  }
}

function print(run: Ensemble, engine: string, written: readonly Written[], json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ ...originOf(run, engine), images: written }, null, 2))
    return
  }
  const extent = (voxels: number, millilitres: number | undefined, probs: string | undefined) =>
    `${voxels} voxels${millilitres === undefined ? '' : ` (${millilitres.toFixed(1)} ml)`}${probs === undefined ? '' : `, ${probs}`}`
  for (const { label, probs, foregroundVoxels, foregroundMillilitres, classes = [] } of written) {
    console.log(`${label}: ${extent(foregroundVoxels, foregroundMillilitres, probs)}`)
    for (const one of classes) {
      console.log(`  ${one.name} (${one.value}): ${extent(one.voxels, one.millilitres, one.probs)}`)
    }
  }
}

/** What the images of a run's cases show; undefined where it takes one, or cannot be read, which is said when it is loaded. */
function channelsOfRun(folder: string): readonly string[] | undefined {
  try {
    return readConfig(folder)?.config.settings.channelNames
  } catch {
    return undefined
  }
}

/** What the files of probabilities end in: `probs`, or of several classes `probs-1-liver`, `probs-2-left-kidney`. */
function kindsOfProbs(classes: readonly LabelClass[]): string[] {
  if (classes.length === 1) return ['probs']
  return classes.map(({ name }, index) => `probs-${index + 1}-${name.replace(/\s+/g, '-')}`)
}

/** Which run made a result, and what computed it. */
function originOf({ runs }: Ensemble, engine: string) {
  const [{ folder, dataset, method, settings }] = runs
  const several = runs.length > 1 && { runs: runs.map((run) => run.folder) }
  return { run: folder, ...several, method: method.name, dataset, profile: settings.profile, engine }
}

/** Errors of reading name their file, those of predicting do not. */
function about(path: string, error: unknown): string {
  const message = errorWords(error)
  return message.startsWith(path) ? message : `${path}: ${message}`
}
