import { resolve } from 'node:path'
import { loadEnsemble, packModel, readFinished } from '@dualseg/trainer'
import { version } from '../../package.json'
import { EXIT } from '../command-line/exit-codes'
import { standing } from '../command-line/given-path'
import type { Verb } from '../command-line/verb'
import { openEngine } from '../engines/open-engine'
import { describeModel } from '../page/describe-model'
import { pagePlace } from '../page/page-place'
import { writePage } from '../page/write-page'

/** `bench page`: a trained run as a site that segments in the browser. */
export const page: Verb = {
  definition: {
    meta: { name: 'page', description: 'Write a static site that segments scans in the browser with a trained run' },
    args: {
      run: {
        type: 'string',
        description: 'Folder of a finished run, as bench la prints it; of several, given one by one, the mean is taken',
        required: true,
        valueHint: 'folder',
      },
      out: { type: 'string', description: 'Folder for the site', required: true, valueHint: 'folder' },
      title: { type: 'string', description: 'What stands at its top; the classes if not given' },
      float16: {
        type: 'boolean',
        description: 'Half the bytes of weights; voxels at the edge of a class may differ from those of bench predict',
        default: false,
      },
      overwrite: { type: 'boolean', description: 'Replace an older page there', default: false },
      json: { type: 'boolean', description: 'Print the result as one JSON object', default: false },
    },
  },
  lists: ['run'],
  examples: [
    'pnpm bench page --run models/liver/full/supervised/fold0-seed1-1a2b3c4d --out site',
    "pnpm -s bench page --run runs/hippocampus/full/mt/fold0-seed1-5e6f7a8b --out site --title 'Hippocampus' --float16 --json",
  ],
  async run(args) {
    const out = resolve(standing(), String(args.out))
    const place = pagePlace(out, args.overwrite === true)
    // Weights are looked into, and nothing is computed.
    await openEngine('wasm', { threads: 1 })
    const ensemble = await loadEnsemble(args.run as string[])
    try {
      const packed = packModel(ensemble, { float16: args.float16 === true })
      const finished = ensemble.runs.flatMap(({ folder }) => readFinished(folder) ?? [])
      const title = args.title === undefined ? {} : { title: String(args.title) }
      const files = writePage(place, packed, describeModel(packed.description, finished, { ...title, version }))
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
      const { weights } = packed.description
      if (args.json) {
        console.log(
          JSON.stringify({ page: out, runs: ensemble.runs.map(({ folder }) => folder), weights, bytes, files }, null, 2),
        )
        return EXIT.done
      }
      console.log(out)
      console.error(
        `${(bytes / 1e6).toFixed(1)} MB, weights in ${weights}; any static server shows it, such as npx serve ${args.out}. It computes on all cores where the server sends` +
          ' Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, else on one.',
      )
      return EXIT.done
    } finally {
      ensemble.dispose()
    }
  },
}
