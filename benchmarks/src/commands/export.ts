import { onnxModel } from '@dualseg/onnx'
import { describeRun, loadRun } from '@dualseg/trainer'
import { version } from '../../package.json'
import { EXIT } from '../command-line/exit-codes'
import { outputFile, writeOutput } from '../command-line/output-place'
import type { Verb } from '../command-line/verb'
import { openEngine } from '../engines/open-engine'
import { modelFile } from '../export/model-file'
import { MODEL_MARK, modelMetadata } from '../export/model-metadata'

/** `bench export`: the networks of a run, for programs that know nothing of this one. */
export const exportRun: Verb = {
  definition: {
    meta: { name: 'export', description: 'Write the networks that a run predicts with as ONNX models' },
    args: {
      run: {
        type: 'string',
        description: 'Folder of a finished run, as bench la prints it',
        required: true,
        valueHint: 'folder',
      },
      onnx: {
        type: 'string',
        description: "The model's file; of several networks <file>-<network>.onnx each, whose probabilities are to be averaged",
        required: true,
        valueHint: 'file',
      },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  examples: [
    'pnpm bench export --run models/liver/full/supervised/fold0-seed1-1a2b3c4d --onnx liver.onnx',
    'pnpm -s bench export --run runs/la/full/dualnet/fold0-seed1-5e6f7a8b --onnx la.onnx --json',
  ],
  async run(args) {
    // Nothing is computed, so that the engine in plain JavaScript is as good as any.
    await openEngine('cpu')
    const run = await loadRun(String(args.run))
    try {
      const models = run.networks.map((one) => ({ ...one, file: modelFile(String(args.onnx), one.name, run.networks.length) }))
      for (const { file } of models) outputFile('--onnx', file, MODEL_MARK)
      for (const { name, network, file, score } of models) {
        const bytes = await onnxModel(network, (image) => ({ ...score(image) }), {
          description: `${describeRun(run.folder)}: ${name}. Input and output are [batch, channel, x, y, z]; x, y and z multiples of 16.`,
          producer: { name: 'DualSeg', version },
          metadata: modelMetadata(run, name, version),
        })
        writeOutput('--onnx', file, bytes)
      }
      const written = models.map(({ name, network, file }) => ({ network: name, kind: network.kind, file }))
      console.log(
        args.json ? JSON.stringify({ run: run.folder, models: written }, null, 2) : written.map(({ file }) => file).join('\n'),
      )
      return EXIT.done
    } finally {
      run.dispose()
    }
  },
}
