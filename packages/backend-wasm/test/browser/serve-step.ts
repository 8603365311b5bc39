import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const PAGE = '<!doctype html><title>step</title><script type="module" src="/step.js"></script>'
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

/** A page with the bundle on this machine, with or without the headers that isolate it. */
export async function serveStep(bundle: string, isolated: boolean): Promise<{ server: Server; url: string }> {
  const script = await readFile(bundle)
  const server = createServer((request, response) => {
    const isScript = request.url === '/step.js'
    const type = isScript ? 'text/javascript' : 'text/html'
    response.writeHead(200, { 'Content-Type': type, ...(isolated && ISOLATION) }).end(isScript ? script : PAGE)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}
