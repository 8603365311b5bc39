import type { Browser } from 'playwright-core'

export declare const CHROMIUM: string | undefined
export declare function launchChromium(args?: readonly string[]): Promise<Browser>
