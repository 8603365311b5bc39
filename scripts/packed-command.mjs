// What somebody does with the command line that has no clone: an npm project, or `npx`, in a folder of their own.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMMAND_FOLDER, manifestOf } from './pack-packages.mjs'
import { run } from './plain-npm.mjs'

/** Two steps on the phantom and its test: that everything is there, and not what comes out. */
const SHORT = ['--engine', 'wasm', '--threads', '1', '--fold', '0', '--profile', 'quick', '--iterations', '2']

/**
 * Checks by name of `dualseg` as it is installed in a folder, from which it is called.
 *
 * @returns {Record<string, () => void>}
 */
export function commandWorks(folder) {
  // The data that the machine has is not the user's.
  const dualseg = (...args) => run('npx', ['--no-install', 'dualseg', ...args], folder, { DUALSEG_DATA: '' })
  return {
    'says its version and how it is called': () => {
      const { version } = manifestOf(COMMAND_FOLDER)
      expectText(dualseg('--version'), new RegExp(`^${version.replaceAll('.', '\\.')}$`))
      const help = `${dualseg('--help')}\n${dualseg('predict', '--help')}`
      expectText(help, /^dualseg <command> \[options\]$/m)
      expectText(help, /^ {2}hippocampus /m)
      if (/pnpm|conformance/.test(help)) throw new Error(`help speaks of a checkout:\n${help}`)
    },
    'looks at the machine': () => expectText(dualseg('doctor', '--no-steps'), /^Engines$/m),
    'plans, trains, tests and reports below the folder, without volumes on the phantom': () => {
      const table = dualseg('la', '--method', 'supervised', ...SHORT)
      expectText(table, /^la phantom · /m)
      const list = JSON.parse(dualseg('list', '--json'))
      const [run] = list.runs
      if (!existsSync(join(folder, 'runs', 'phantom'))) throw new Error('no run lies in runs/ of the folder')
      dualseg('report', 'runs', '--html', 'report')
      expectText(readFileSync(join(folder, 'report', 'index.html'), 'utf8'), /dualseg la --method supervised/)
      dualseg('export', '--run', run.folder, '--onnx', 'model.onnx')
      if (!existsSync(join(folder, 'model.onnx'))) throw new Error('no model was exported')
      dualseg('page', '--run', run.folder, '--out', 'site')
      for (const file of ['index.html', 'segment-worker.js', 'pipelines/read-image-dicom-file-series.js', 'model/model.json'])
        if (!existsSync(join(folder, 'site', file))) throw new Error(`the page has no ${file}`)
    },
  }
}

function expectText(text, pattern) {
  if (!pattern.test(text)) throw new Error(`expected ${pattern} in\n${text}`)
}
