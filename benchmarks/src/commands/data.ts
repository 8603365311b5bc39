import { join, resolve } from 'node:path'
import { CT_RECIPES } from '@dualseg/data'
import { readSha256Sums } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import Table from 'cli-table3'
import { abortOnInterrupt } from '../command-line/abort-on-interrupt'
import { asCalled } from '../command-line/as-called'
import { attend } from '../command-line/attend'
import { choose, chooseIntegers, oneInteger } from '../command-line/choose'
import { errorWords } from '../command-line/error-words'
import { EXIT } from '../command-line/exit-codes'
import { givenPath } from '../command-line/given-path'
import { type Noted, noteLines } from '../command-line/note-lines'
import { outputFile, writeOutput } from '../command-line/output-place'
import { readAddress } from '../command-line/read-address'
import type { ReadArguments } from '../command-line/read-arguments'
import type { Verb } from '../command-line/verb'
import { usableCases } from '../data/check/check-cases'
import { checkDataset, openDataset } from '../data/check/check-dataset'
import { classLines } from '../data/check/class-shares'
import { axesCounts, gridLines, spacingCounts } from '../data/check/grids-of-cases'
import { datasetReference } from '../data/dataset-reference'
import { type Description, describe, describedNames, takenNames } from '../data/description'
import { type FetchedTogether, fetchArchive } from '../data/fetch-archive'
import { fetchFiles } from '../data/fetch-files'
import { volumesFolder } from '../data/find-volumes'
import { pairScans } from '../data/prepare/pair-scans'
import { prepareScans, type Variant } from '../data/prepare/prepare-scans'
import { initFolder } from '../data/propose/init-folder'
import { CHECK_HEADS, CHECK_PAGE_MARK, checkCells, checkPage, usableSentence } from '../report/pages/check-page'

/** More are counted; the summary names all with --json. */
const LISTED_FAILURES = 10
export const ACTIONS = ['init', 'check', 'fetch', 'prepare'] as const
export const VARIANTS = Object.keys(CT_RECIPES) as Variant[]

/** `bench data`: everything about a data set that comes before training. */
export const data: Verb = {
  definition: {
    meta: {
      name: 'data',
      description: 'Describe a folder of scans, check a data set case by case with pictures, fetch its volumes, prepare CT scans',
    },
    args: {
      action: { type: 'positional', description: 'init, check, fetch or prepare' },
      name: {
        type: 'positional',
        description: 'A data set of datasets/<name>, or a folder with a dataset.json; init: a folder of scans',
      },
      data: {
        type: 'string',
        description: 'Folder of the volumes; else DUALSEG_DATA (check), else volumes beside dataset.json',
        valueHint: 'folder',
      },
      html: { type: 'string', description: 'check: write one page with table and pictures', valueHint: 'file' },
      threads: { type: 'string', description: 'check: threads; all of the machine’s if not given', valueHint: 'number' },
      from: {
        type: 'string',
        description: 'fetch: another place of the same files, with <case>/… below it, or of the same archive',
        valueHint: 'url',
      },
      connections: { type: 'string', description: 'fetch: at once', default: '4', valueHint: 'number' },
      images: {
        type: 'string',
        description: 'prepare: folder of scans, a DICOM folder or image file a case',
        valueHint: 'folder',
      },
      labels: { type: 'string', description: 'prepare: folder of labels, or the file of the only one', valueHint: 'folder' },
      variant: { type: 'string', description: `prepare: ${VARIANTS.join(' or ')}`, default: 'notebook' },
      foreground: { type: 'string', description: 'prepare: label values of the organ', default: '1', valueHint: 'numbers' },
      'ignore-origin': {
        type: 'boolean',
        description: 'prepare: labels lost their position, but cover the same box',
        default: false,
      },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  lists: ['foreground'],
  examples: [
    'pnpm bench data init ~/liver',
    'pnpm bench data check la --html check.html',
    'pnpm bench data fetch la',
    'pnpm bench data fetch hippocampus',
    'pnpm bench data prepare pancreas --images ~/Pancreas-CT --labels ~/TCIA_pancreas_labels',
    'pnpm bench data prepare pancreas --variant text --images ~/Pancreas-CT --labels ~/labels --data ~/pancreas-text',
  ],
  async run(args) {
    const action = choose('bench data', String(args.action), ACTIONS)
    if (action === 'init') return init(givenPath(String(args.name)), args)
    const description = await describe(datasetReference(`bench data ${action}`, String(args.name), describedNames()))
    if (action === 'check') return check(description, args)
    return action === 'fetch' ? fetchVolumes(description, args) : prepare(description, args)
  },
}

async function init(folder: string, args: ReadArguments): Promise<number> {
  const { file, description, guesses } = await initFolder(folder, takenNames())
  if (args.json) console.log(JSON.stringify({ file, description, guesses }, null, 2))
  else {
    const lines = guesses.map((guess) => `  ${guess}`)
    const next = [
      `pnpm bench data check ${folder} --html check.html`,
      `pnpm bench ${folder} --method supervised,mt --dry-run   (memory and time of its runs)`,
    ]
    console.log(
      [`${file} is written. Guessed, to be read through:`, ...lines, 'Then:', ...next.map((line) => `  ${asCalled(line)}`)].join(
        '\n',
      ),
    )
  }
  return EXIT.done
}

async function check(description: Description, args: ReadArguments): Promise<number> {
  const threads = args.threads === undefined ? {} : { threads: oneInteger('--threads', String(args.threads), 1, 256) }
  const page = args.html === undefined ? undefined : resolve(String(args.html))
  if (page !== undefined) outputFile('--html', page, CHECK_PAGE_MARK)
  const opened = await openDataset(description, args.data as string | undefined)
  const { cases, classes, sameImages, notes, faults } = await attend(`Checking ${opened.ids.length} cases`, (line) =>
    checkDataset(opened, { ...threads, onProgress: (done, total) => line(`${done}/${total}`) }),
  )
  if (page !== undefined) {
    writeOutput('--html', page, checkPage(`${description.title}: ${cases.length} cases`, cases, classLines(classes)))
    console.error(`Pictures in ${page}`)
  }
  const usable = usableCases(cases)
  if (args.json) {
    console.log(
      JSON.stringify(
        {
          dataset: description.name,
          cases: cases.map((one) => ({ ...one, picture: undefined })),
          classes,
          axes: Object.fromEntries(axesCounts(usable)),
          spacings: Object.fromEntries(spacingCounts(usable)),
          sameImages,
        },
        null,
        2,
      ),
    )
  } else {
    const table = new Table({ head: CHECK_HEADS, style: { head: [], border: [], compact: true } })
    table.push(...cases.map(checkCells))
    const alike = sameImages.map((group) => `${group.join(' and ')} have the same image.`)
    console.log([table.toString(), usableSentence(cases), ...classLines(classes), ...gridLines(usable), ...alike].join('\n'))
  }
  for (const text of [...notes, ...faults]) console.error(text)
  return faults.length > 0 ? EXIT.data : EXIT.done
}

async function fetchVolumes(description: Description, args: ReadArguments): Promise<number> {
  const { name, fetch: place, file, isBuiltIn } = description
  if (place === undefined)
    throw dualsegError(
      'DUALSEG_DATA',
      `${name} may not be fetched from anywhere; ${isBuiltIn ? `datasets/${name}/README.md says where to get it` : `${file} has no "fetch"`}`,
    )
  if (args.from !== undefined) readAddress('--from', String(args.from))
  console.error(asCalled(place.terms))
  const interrupt = abortOnInterrupt()
  try {
    const given = {
      description,
      out: volumesFolder(description, args.data as string | undefined),
      args,
      signal: interrupt.signal,
    }
    return 'archive' in place ? await fetchTogether(place, given) : await fetchEach(place, given)
  } catch (error) {
    if (!interrupt.signal.aborted) throw error
    console.error('Interrupted; the same command goes on from there.')
    return EXIT.interrupted
  } finally {
    interrupt.stopListening()
  }
}

interface Fetching {
  readonly description: Description
  readonly out: string
  readonly args: ReadArguments
  readonly signal: AbortSignal
}

async function fetchEach({ url }: { readonly url: string }, { description, out, args, signal }: Fetching): Promise<number> {
  const { folder, files } = description
  const from = args.from === undefined ? url : `${String(args.from).replace(/\/$/, '')}/${files.image}`
  const sums = Object.entries(await readSha256Sums(join(folder, 'SHA256SUMS')))
  const wanted = sums.map(([id, sha256]) => ({
    name: id,
    // A URL keeps no braces.
    url: from.replaceAll(/(\{|%7B)case(\}|%7D)/gi, encodeURIComponent(id)),
    path: join(out, files.image.replaceAll('{case}', id)),
    sha256,
  }))
  const counts = { 'was there': 0, fetched: 0 }
  const failed = await attend(`Fetching ${wanted.length} files into ${out}`, (line) =>
    fetchFiles(wanted, {
      connections: oneInteger('--connections', String(args.connections), 1, 32),
      signal,
      onFile: (_id, how) => {
        counts[how]++
        line(`${counts['was there'] + counts.fetched}/${wanted.length}`)
      },
    }),
  )
  const told = [...failed.values()].map(errorWords)
  for (const line of told.slice(0, LISTED_FAILURES)) console.error(line)
  if (told.length > LISTED_FAILURES) console.error(`… and ${told.length - LISTED_FAILURES} more`)
  const result = { folder: out, fetched: counts.fetched, wasThere: counts['was there'], failed: [...failed.keys()] }
  console.log(
    args.json
      ? JSON.stringify(result, null, 2)
      : `${counts.fetched} fetched, ${counts['was there']} were there, ${failed.size} failed: ${out}`,
  )
  return failed.size > 0 ? EXIT.data : EXIT.done
}

async function fetchTogether(place: FetchedTogether, { description, out, args, signal }: Fetching): Promise<number> {
  const { archive, md5, scans } = place
  const from = args.from === undefined ? archive : String(args.from)
  const found = await attend(`Fetching the archive of ${description.title} into ${out}`, (line) =>
    fetchArchive(description, { archive: from, md5, scans }, out, {
      signal,
      onBytes: (_name, bytes) => line(`${(bytes / 1e6).toFixed(1)} MB`),
    }),
  )
  for (const file of found.others) console.error(`${file} is another file than the archive's; it was left as it is`)
  const { fetched, wasThere } = found
  console.log(
    args.json
      ? JSON.stringify({ folder: out, ...found }, null, 2)
      : `${fetched} files fetched, ${wasThere} were there, ${found.scans} scans: ${out}`,
  )
  return found.others.length > 0 ? EXIT.data : EXIT.done
}

async function prepare(description: Description, args: ReadArguments): Promise<number> {
  if (description.name !== 'pancreas')
    throw dualsegError('DUALSEG_USAGE', `bench data prepare ${description.name}: only pancreas is prepared from scans`)
  for (const option of ['images', 'labels']) {
    if (args[option] === undefined) throw dualsegError('DUALSEG_USAGE', `bench data prepare needs --${option}`)
  }
  const variant = choose('--variant', String(args.variant), VARIANTS)
  const foreground = chooseIntegers('--foreground', String(args.foreground), 1, 65_535)
  const pairs = pairScans(resolve(String(args.images)), resolve(String(args.labels)), 'PANCREAS')
  const out = volumesFolder(description, args.data as string | undefined)
  const anew: string[] = []
  const noted: Noted[] = []
  const refused = await attend(`Preparing ${pairs.length} scans (${variant}) into ${out}`, (line) =>
    prepareScans(pairs, out, {
      variant,
      foreground,
      ignoreOrigin: args['ignore-origin'] === true,
      onCase: (id, how, done) => {
        if (how === 'prepared anew') anew.push(id)
        line(`${done}/${pairs.length} ${id} ${how}`)
      },
      onNotes: (id, notes) => noted.push({ name: id, notes }),
    }),
  )
  if (anew.length > 0)
    console.error(`Prepared anew, since what they were made from or what was made had changed: ${anew.join(', ')}`)
  for (const error of refused.values()) console.error(errorWords(error))
  for (const line of noteLines(noted)) console.error(line)
  const result = { folder: out, variant, prepared: pairs.length - refused.size, refused: [...refused.keys()] }
  console.log(args.json ? JSON.stringify(result, null, 2) : `${result.prepared} of ${pairs.length} prepared (${variant}): ${out}`)
  return refused.size > 0 ? EXIT.data : EXIT.done
}
