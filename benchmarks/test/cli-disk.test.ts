import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type CliOutcome, runCli } from './cli-process'
import { installProgram } from './miniature-project'
import { ownDataset } from './own-dataset'
import { type OwnProject, ownProject } from './own-project'
import { runBytes, runFolders } from './run-folder'

const PATIENCE = 300_000

/** A small disk of one's own: undefined where this user may not mount one. */
function smallDisk(bytes: number): { path: string; make(readOnly: boolean): void } | undefined {
  const path = mkdtempSync(join(tmpdir(), 'dualseg-disk-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path])
  if (status !== 0) {
    rmSync(path, { recursive: true })
    return undefined
  }
  onTestFinished(() => {
    spawnSync('umount', ['-l', path])
    rmSync(path, { recursive: true, force: true })
  })
  return { path, make: (readOnly) => void spawnSync('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, path]) }
}

const isRoot = process.platform === 'linux' && process.getuid?.() === 0

describe.skipIf(!isRoot)('a disk (needs root on Linux)', () => {
  let project: OwnProject
  let whole: string
  beforeAll(async () => {
    project = await ownProject()
    whole = join(project.root, 'runs')
    expect((await train(whole)).code).toBe(0)
  }, PATIENCE)
  afterAll(() => project.remove())

  const train = (runs: string): Promise<CliOutcome> =>
    runCli(project.cli, [...['own', '--method', 'supervised', '--iterations', '1', '--threads', '1', '--runs', runs]])

  it(
    'that is full ends the run in words and leaves it whole; with room again it ends with the same bytes',
    async ({ skip }) => {
      // Less than a checkpoint needs.
      const disk = smallDisk(2 ** 20)
      if (disk === undefined) return skip('this root may not mount')
      const runs = join(disk.path, 'runs')
      // Of the first checkpoint, or of any other file: wherever it becomes full.
      for (const left of [0, 200_000]) {
        const ballast = join(disk.path, 'ballast')
        const { stdout } = spawnSync('stat', ['-f', '-c', '%a %S', disk.path], { encoding: 'utf8' })
        const [blocks, size] = stdout.split(' ').map(Number) as [number, number]
        writeFileSync(ballast, new Uint8Array(Math.max(0, blocks * size - left)))
        const { code, stdout: result, stderr } = await train(runs)
        expect({ code, result }, stderr).toEqual({ code: 1, result: '' })
        expect(stderr).toMatch(/run .* lies on a full disk; make room\. Repeat the command then/)
        expect(runFolders(runs).some((run) => existsSync(join(run, 'result.json')))).toBe(false)
        rmSync(ballast)
      }
      spawnSync('mount', ['-o', 'remount,size=64m', disk.path])
      const { code, stderr } = await train(runs)
      expect(code, stderr).toBe(0)
      expect(runBytes(runFolders(runs)[0]!)).toEqual(runBytes(runFolders(whole)[0]!))
    },
    PATIENCE,
  )

  it(
    'that is read-only keeps no folds of a data set, and is said so before its cases are read',
    async ({ skip }) => {
      const disk = smallDisk(64 * 2 ** 20)
      if (disk === undefined) return skip('this root may not mount')
      const own = await ownDataset()
      onTestFinished(() => own.remove())
      own.describe({ folds: { count: 3, seed: 1 } })
      cpSync(join(own.root, 'datasets'), join(disk.path, 'datasets'), { recursive: true })
      const cli = installProgram(disk.path)
      disk.make(true)
      const bench = () => runCli(cli, ['own', '--method', 'supervised', '--dry-run', '--threads', '1'])
      const { code, stdout, stderr } = await bench()
      const place = join(disk.path, 'datasets', 'own', 'folds')
      expect({ code, stdout, stderr }).toEqual({
        code: 1,
        stdout: '',
        stderr: `own: folds are drawn once and kept, but ${place} lies on a read-only file system; make it writable or give another place`,
      })
      disk.make(false)
      expect((await bench()).code).toBe(0)
      disk.make(true)
      expect((await bench()).code).toBe(0)
    },
    PATIENCE,
  )

  it(
    'that is read-only is said so, whether the run is new or begun; a finished run can still be read',
    async ({ skip }) => {
      const disk = smallDisk(64 * 2 ** 20)
      if (disk === undefined) return skip('this root may not mount')
      const runs = join(disk.path, 'runs')
      mkdirSync(runs)
      disk.make(true)
      const fresh = await train(runs)
      expect(fresh.code).toBe(1)
      expect(fresh.stderr).toMatch(/^--runs: .* lies on a read-only file system; make it writable or give another place$/m)
      disk.make(false)
      expect((await train(runs)).code).toBe(0)
      const [run] = runFolders(runs)
      const result = readFileSync(join(run!, 'result.json'))
      disk.make(true)
      const finished = await train(runs)
      expect(finished.code, finished.stderr).toBe(0)
      disk.make(false)
      rmSync(join(run!, 'result.json'))
      disk.make(true)
      const begun = await train(runs)
      expect(begun.code).toBe(1)
      expect(begun.stderr).toContain(`--runs: ${runs} lies on a read-only file system; make it writable or give another place`)
      disk.make(false)
      expect((await train(runs)).code).toBe(0)
      expect(readFileSync(join(run!, 'result.json'))).toEqual(result)
    },
    PATIENCE,
  )
})
