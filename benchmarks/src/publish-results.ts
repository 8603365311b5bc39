// node dist/publish-results.js: makes the tables and figures of docs/results anew from the runs that are stored in benchmarks/results.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { drawnFigures, publishedFiles } from './published/publish'

const files = await publishedFiles()
for (const old of drawnFigures()) if (!files.has(old)) rmSync(old)
for (const [path, text] of files) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  console.log(path)
}
