#!/usr/bin/env node
import { main } from './main'

// Worker threads and native handles must not keep a finished command alive.
const code = await main(process.argv.slice(2))
process.exitCode = code
