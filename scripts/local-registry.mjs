import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './free-port.mjs'
import { run } from './plain-npm.mjs'

/** The newest that runs on Node 20; what it would fetch with is replaced by a version without known faults. */
const VERDACCIO = { dependencies: { verdaccio: '6.8.0' }, overrides: { 'node-fetch': '2.7.0' } }

const START_SECONDS = 60

/**
 * Starts an empty npm registry on this machine. It holds our scope only; all else comes from where it always comes from.
 *
 * @returns its address, and how to end it
 */
export async function startRegistry(folder) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, ...VERDACCIO }))
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], folder)
  const port = await freePort()
  const address = `http://127.0.0.1:${port}/`
  const config = {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    packages: { '@dualseg/*': { access: '$all', publish: '$all' } },
    log: { type: 'file', path: join(folder, 'log'), level: 'warn' },
    max_body_size: '50mb',
  }
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config))
  const server = spawn(
    process.execPath,
    [
      join(folder, 'node_modules/verdaccio/bin/verdaccio'),
      '--config',
      join(folder, 'config.yaml'),
      '--listen',
      `127.0.0.1:${port}`,
    ],
    { cwd: folder, stdio: 'ignore' },
  )
  const stop = () => server.kill()
  for (let second = 0; second < START_SECONDS; second++) {
    const answers = await fetch(`${address}-/ping`).then(
      (reply) => reply.ok,
      () => false,
    )
    if (answers) return { address, stop }
    await wait(1000)
  }
  stop()
  throw new Error(`the local registry did not answer within ${START_SECONDS} seconds; see ${join(folder, 'log')}`)
}
