// Bundles a page that uses the packed packages, with each bundler as it comes, and opens it in Chromium: `pnpm test:bundled`. It needs the npm
// registry, and a Chromium (`apt-get install chromium`, or CHROMIUM_PATH).
//
//   node scripts/smoke-bundled.mjs [part of a bundler's name]
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { CHROMIUM, launchChromium } from './chromium.mjs'
import { freePort } from './free-port.mjs'
import { packedSources, ROOT } from './pack-packages.mjs'
import { install, run } from './plain-npm.mjs'
import { expectSame, promisedOutput } from './promised-output.mjs'

const TOOLS = { vite: '8.3.8', esbuild: '0.28.2', webpack: '5.113.0', 'webpack-cli': '7.3.1' }
const PAGE_SECONDS = 120
const SERVER_SECONDS = 60
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }

/** How each of them makes `dist/` of the page without a configuration file. `script` is what a page of our own loads; Vite writes its own. */
const BUNDLERS = [
  { name: 'vite', command: ['vite', 'build'] },
  {
    name: 'esbuild',
    command: ['esbuild', 'src/index.js', '--bundle', '--format=esm', '--outdir=dist'],
    script: 'index.js',
  },
  { name: 'webpack', command: ['webpack', '--mode', 'production'], script: 'main.js' },
]

if (!CHROMIUM) {
  console.error('There is no Chromium on this machine: apt-get install chromium, or name one in CHROMIUM_PATH.')
  process.exit(1)
}
const only = process.argv[2] ?? ''
const scratch = mkdtempSync(join(tmpdir(), 'smoke-bundled-'))
const consumer = join(scratch, 'consumer')
const browser = await launchChromium()
let passed = 0
let failed = 0

try {
  const ours = packedSources(join(scratch, 'tarballs'))
  const names = ['kernels', 'backend-wasm', 'losses', 'models', 'metrics', 'data'].map((name) => `@dualseg/${name}`)
  const used = Object.fromEntries(names.map((name) => [name, ours[name]]))
  const tfjs = { '@tensorflow/tfjs-core': '4.22.0', '@tensorflow/tfjs-backend-cpu': '4.22.0' }
  cpSync(join(ROOT, 'scripts/browser-consumer'), consumer, { recursive: true })
  install(consumer, { private: true, type: 'module', dependencies: { ...used, ...tfjs, ...TOOLS } }, ours)

  for (const { name, command, script } of BUNDLERS) {
    await check(`${name}, built`, async () => {
      rmSync(join(consumer, 'dist'), { recursive: true, force: true })
      run('npx', ['--no-install', ...command], consumer)
      if (script)
        writeFileSync(join(consumer, 'dist/index.html'), `<!doctype html><script type="module" src="/${script}"></script>`)
      const server = await serve(join(consumer, 'dist'))
      try {
        await expectReport(`http://127.0.0.1:${server.address().port}/`)
      } finally {
        server.close()
      }
    })
  }
  await check('vite, development server', async () => {
    const port = await freePort()
    const vite = join(consumer, 'node_modules/vite/bin/vite.js')
    const server = spawn(process.execPath, [vite, '--port', port, '--host', '127.0.0.1'], { cwd: consumer, stdio: 'ignore' })
    try {
      await answering(`http://127.0.0.1:${port}/`)
      await expectReport(`http://127.0.0.1:${port}/`)
    } finally {
      server.kill()
    }
  })
} finally {
  await browser.close()
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

async function check(name, body) {
  if (!name.includes(only)) return
  const start = Date.now()
  try {
    await body()
    passed++
    console.log(`ok    ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  } catch (error) {
    failed++
    console.log(`FAILED ${name}\n${error.message}`)
  }
}

/** Opens the page and compares what it reports with what its source says that it prints. */
async function expectReport(url) {
  const page = await browser.newPage()
  const complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`))
  page.on('response', (reply) => reply.status() >= 400 && complaints.push(`${reply.url()}: ${reply.status()}`))
  try {
    await page.goto(url)
    await page.waitForFunction(() => globalThis.report !== undefined, undefined, { timeout: PAGE_SECONDS * 1000 })
    const { printed, error } = await page.evaluate(() => globalThis.report)
    if (error) throw new Error(`${error}\nprinted before: ${printed.join(' | ')}`)
    expectSame(printed.join('\n'), promisedOutput(join(ROOT, 'scripts/browser-consumer/src/index.js')))
    // The tab's icon is all that may be missing.
    const missing = complaints.filter((complaint) => !complaint.includes('favicon.ico'))
    if (missing.length > 0) throw new Error(missing.join('\n'))
  } catch (error) {
    throw new Error(`${error.message}\n${complaints.join('\n')}`)
  } finally {
    await page.close()
  }
}

/** Serves a folder as any static host does. */
async function serve(folder) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname)
    const file = join(folder, path === '/' ? 'index.html' : path)
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end()
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function answering(url) {
  for (let second = 0; second < SERVER_SECONDS; second++) {
    if (
      await fetch(url).then(
        (reply) => reply.ok,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
  throw new Error(`${url} did not answer within ${SERVER_SECONDS} seconds`)
}
