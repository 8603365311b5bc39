import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

/** Debian's and Ubuntu's places, or the one that CHROMIUM_PATH names. */
const PLACES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Path of a Chromium on this machine, if there is one. */
export const CHROMIUM = PLACES.find((path) => path && existsSync(path))

/** Starts it without a window. */
export function launchChromium(args = []) {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', ...args] })
}
