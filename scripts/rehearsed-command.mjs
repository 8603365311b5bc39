// What somebody does with the published command line in an empty folder: `npx`, scans that it fetches (from a copy on this machine), a table, a model, and a newer version.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { COMMAND_FOLDER, manifestOf, ROOT } from './pack-packages.mjs'
import { run } from './plain-npm.mjs'

const command = manifestOf(COMMAND_FOLDER).name

/** Two steps of each method, and the test of a whole fold: that everything is there, and not what comes out. */
const SHORT = ['--no-twins', '--iterations', '2', '--fold', '0', '--engine', 'wasm']

/**
 * Steps by name, in a folder whose `.npmrc` names the registry.
 *
 * @param version that was published
 */
export function firstVersionSteps(folder, scratch, version) {
  const npx = npxIn(folder, scratch)
  const grid = ['hippocampus', '--method', 'supervised,dualnet', ...SHORT]
  let runFolder
  return {
    [`npx ${command} in an empty folder`]: () => {
      expectText(npx('--version'), new RegExp(`^${version.replaceAll('.', '\\.')}$`))
      npx('doctor', '--no-steps')
    },
    [`npx ${grid.join(' ')}: fetches, trains, tests`]: async () => {
      const archive = await servedArchive(scratch)
      try {
        // Of the copy, for the archive itself is not here.
        changeDescription(scratch, archive.md5)
        expectText(npx(...grid, '--from', archive.url), /^hippocampus · [\s\S]*supervised[\s\S]*dualnet/m)
      } finally {
        archive.stop()
      }
      const { runs } = JSON.parse(npx('list', '--json'))
      if (runs.length !== 2) throw new Error(`two runs were asked for, list knows ${runs.length}`)
      // Of several networks each is a file.
      runFolder = runs.find(({ folder: one }) => /[/\\]supervised[/\\]/.test(one)).folder
    },
    'reports them, and exports one as ONNX': () => {
      npx('report', '--html', 'report', '--no-volumes')
      npx('export', '--run', runFolder, '--onnx', 'model.onnx')
      for (const made of ['report/index.html', 'model.onnx'])
        if (!existsSync(join(folder, made))) throw new Error(`${made} was not made`)
    },
  }
}

/** The same call takes the newer version, which knows the runs of the older one. */
export function secondVersionSteps(folder, scratch, version) {
  const npx = npxIn(folder, scratch)
  return {
    [`npx ${command} is ${version} now, and its table is that of the older runs`]: () => {
      expectText(npx('--version'), new RegExp(`^${version.replaceAll('.', '\\.')}$`))
      const table = npx('hippocampus', '--method', 'supervised,dualnet', ...SHORT, '--table')
      expectText(table, /^hippocampus · [\s\S]*supervised[\s\S]*dualnet/m)
    },
  }
}

/** With a place of its own for what `npx` installs, so that nothing of a rehearsal stays on this machine; what npm has fetched of others serves. */
function npxIn(folder, scratch) {
  const cache = join(scratch, 'npx')
  if (!existsSync(cache)) {
    mkdirSync(cache)
    const usual = join(run('npm', ['config', 'get', 'cache'], folder), '_cacache')
    mkdirSync(usual, { recursive: true })
    symlinkSync(usual, join(cache, '_cacache'))
  }
  const environment = { npm_config_cache: cache, DUALSEG_DATA: '' }
  return (...args) => run('npx', ['--yes', '--prefer-online', `${command}@latest`, ...args], folder, environment)
}

/** Describes the copy of the archive in the installed package. */
function changeDescription(scratch, md5) {
  const installed = readdirSync(join(scratch, 'npx/_npx')).map((name) =>
    join(scratch, 'npx/_npx', name, 'node_modules', command, 'datasets/hippocampus/dataset.json'),
  )
  for (const file of installed.filter(existsSync)) {
    const description = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...description, fetch: { ...description.fetch, md5 } }))
  }
}

/** The scans of this repository as an archive, served to this machine. */
async function servedArchive(scratch) {
  const folder = join(scratch, 'archive')
  mkdirSync(folder)
  symlinkSync(join(ROOT, 'datasets/hippocampus/volumes'), join(folder, 'Task04_Hippocampus'))
  const file = join(folder, 'Task04_Hippocampus.tar')
  execFileSync('tar', ['-chf', file, '-C', folder, 'Task04_Hippocampus'])
  const md5 = createHash('md5').update(readFileSync(file)).digest('hex')
  // Of its own: commands are waited for here.
  const server = spawn(process.execPath, [fileURLToPath(new URL('./serve-file.mjs', import.meta.url)), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = await once(server.stdout, 'data')
  return { url: String(url).trim(), md5, stop: () => server.kill() }
}

function expectText(text, pattern) {
  if (!pattern.test(text)) throw new Error(`expected ${pattern} in\n${text}`)
}
