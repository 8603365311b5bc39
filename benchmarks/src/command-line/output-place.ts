import { randomUUID } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { fileError, makeFolder } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'

/**
 * Makes the folder that an option names and tests that files can be written into it: before hours of work, not after.
 *
 * @throws DUALSEG_DISK with the option
 */
export function outputFolder(option: string, folder: string): void {
  inWords(option, folder, () => {
    makeFolder(folder)
    accessSync(folder, constants.W_OK)
  })
}

/** As `outputFolder`, but makes nothing: the nearest folder that is there must take another one. */
export function expectRoomFor(option: string, folder: string): void {
  inWords(option, folder, () => {
    const above = nearestThere(folder)
    if (statSync(above).isDirectory()) accessSync(above, constants.W_OK)
    // Says what is there instead.
    else makeFolder(folder)
  })
}

/** The path itself, or what is nearest above it of what is there. */
export function nearestThere(path: string): string {
  let at = path
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  return at
}

/**
 * Tests that an option's file can be written, and is not there or was written by the same command.
 *
 * @param mark in every file of that command
 * @throws DUALSEG_USAGE if something else lies there, DUALSEG_DISK if nothing can be written there
 */
export function outputFile(option: string, file: string, mark: string): void {
  outputFolder(option, dirname(file))
  inWords(option, file, () => {
    if (existsSync(file) && !readFileSync(file, 'utf8').includes(mark)) {
      throw dualsegError(
        'DUALSEG_USAGE',
        `${option} ${file}: something else lies there; name a new file, or an older one of this command`,
      )
    }
  })
}

/** Writes an option's file as a whole; where a link stands, what it leads to. */
export function writeOutput(option: string, file: string, content: string | Uint8Array): void {
  inWords(option, file, () => {
    const place = existsSync(file) ? realpathSync(file) : file
    const beside = `${place}.${randomUUID()}.part`
    try {
      writeFileSync(beside, content)
      renameSync(beside, place)
    } catch (error) {
      rmSync(beside, { force: true })
      throw error
    }
  })
}

function inWords(option: string, path: string, action: () => void): void {
  try {
    action()
  } catch (error) {
    // The system names the part of a path that failed; a file that is written beside first is nobody's business.
    const { path: failed } = error as NodeJS.ErrnoException
    const isPart = failed === undefined || failed.endsWith('.part')
    throw fileError(error, { where: `${option}: `, code: 'DUALSEG_DISK', ...(isPart && { path }) })
  }
}
