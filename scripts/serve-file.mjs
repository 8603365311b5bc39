// Serves one file to this machine and prints its address: `node scripts/serve-file.mjs <file>`.
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import { basename } from 'node:path'

const [file] = process.argv.slice(2)
const path = `/${basename(file)}`
const server = createServer((request, response) => {
  if (request.url === path) createReadStream(file).pipe(response)
  else response.writeHead(404).end()
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}${path}`))
