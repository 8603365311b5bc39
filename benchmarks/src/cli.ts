#!/usr/bin/env node
import { attendOutput } from './command-line/attend-output'
import { givenPath, givenProgram } from './command-line/given-path'
import { main } from './main'

// As paths on the command line: from where the user stands, for this process and those that it starts.
const { DUALSEG_DATA, DUALSEG_PYTHON } = process.env
if (DUALSEG_DATA) process.env.DUALSEG_DATA = givenPath(DUALSEG_DATA)
if (DUALSEG_PYTHON) process.env.DUALSEG_PYTHON = givenProgram(DUALSEG_PYTHON)

const exitCode = attendOutput()
// Worker threads and native handles must not keep a finished command alive.
const code = await main(process.argv.slice(2))
process.exitCode = exitCode(code)
