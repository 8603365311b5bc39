import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Folders of runs below `runs`: those that have a `config.json`. */
export function runFolders(runs: string): string[] {
  if (!existsSync(runs)) return []
  return readdirSync(runs, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('config.json'))
    .map((path) => join(runs, path, '..'))
    .sort()
}

/** Lines of a file in the only run below `runs`; 0 while there is none that was written since. */
export function linesIn(runs: string, file: string, since = 0): number {
  const [folder] = runFolders(runs)
  const path = join(folder ?? runs, file)
  if (!existsSync(path) || statSync(path).mtimeMs < since) return 0
  return readFileSync(path, 'utf8').split('\n').length - 1
}

/** Names in the checkpoint folder of the only run below `runs`. */
export function checkpointsIn(runs: string): string[] {
  const [folder] = runFolders(runs)
  const checkpoints = join(folder ?? runs, 'checkpoint')
  return existsSync(checkpoints) ? readdirSync(checkpoints).sort() : []
}

/** Everything in a run's folder that must be the same however the run came about, by path: the log without its seconds, no provenance. */
export function runBytes(folder: string): Record<string, string> {
  const files: Record<string, string> = {}
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const at = join(folder, path)
    if (statSync(at).isDirectory() || path === 'provenance.json') continue
    files[relative(folder, at)] = readFileSync(at).toString(path.endsWith('.safetensors') ? 'base64' : 'utf8')
  }
  files['log.jsonl'] = (files['log.jsonl'] ?? '').replace(/,"seconds":[^}]*/g, '')
  return files
}
