import { expect, it, vi } from 'vitest'
import { runMain } from './run-main'

it('tells what is here, what is not, and the commands that get it', async () => {
  vi.stubEnv('DUALSEG_PYTHON', 'no-such-python')
  vi.stubEnv('DUALSEG_DATA', '')
  const { code, stdout } = await runMain('doctor', '--no-steps', '--json')
  vi.unstubAllEnvs()
  const { machine, disk, data, engines } = JSON.parse(stdout)
  expect(code).toBe(0)
  expect(machine).toMatchObject({ node: process.version, cores: expect.any(Number), memoryBytes: expect.any(Number) })
  expect(disk.freeBytes).toBeGreaterThan(0)
  expect(data[0]).toMatchObject({ name: 'la', state: expect.stringMatching(/^(absent|verified)$/) })
  const byName = Object.fromEntries(engines.map((engine: { name: string }) => [engine.name, engine]))
  expect(Object.keys(byName)).toEqual(['torch', 'tensorflow', 'wasm', 'cpu'])
  expect(byName.wasm).toMatchObject({ available: true, device: expect.stringContaining('WebAssembly SIMD') })
  for (const name of ['torch', 'tensorflow']) expect(byName[name].missing.howToGet).toContain('pip install')
})

it('names the folder whose volumes are damaged, and ends as damaged data do', async () => {
  const { code, stdout } = await runMain('doctor', '--no-steps', '--data', import.meta.dirname)
  expect(code).toBe(3)
  expect(stdout).toContain(import.meta.dirname)
})

it('measures a step of each engine in a process of its own, and estimates runs from it', async () => {
  vi.stubEnv('DUALSEG_PYTHON', 'no-such-python')
  const { code, stdout } = await runMain('doctor')
  vi.unstubAllEnvs()
  expect(code).toBe(0)
  expect(stdout).toMatch(/wasm .*\n.*\d+\.\d\d s a step\n +quick +supervised +240 iterations, about \d/)
}, 120_000)
