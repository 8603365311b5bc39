import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { CHROMIUM } from './scripts/chromium.mjs'

if (!CHROMIUM) throw new Error('There is no Chromium on this machine: apt-get install chromium, or name one in CHROMIUM_PATH.')

/** A GPU made of software: what it computes does not depend on the machine. */
const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
]

/** The kernels' suite in Chromium, on TensorFlow.js's own backends: `pnpm test:browser`. */
export default defineConfig({
  root: 'packages/kernels',
  resolve: { conditions: ['@dualseg/source'] },
  test: {
    reporters: ['default', '../../scripts/closing-line-reporter.ts'],
    include: ['test/**/*.browser.ts'],
    testTimeout: 300_000,
    // WebGL compiles its programs anew for every shape: hundreds of drawn ones take it half an hour, the named ones a minute.
    testNamePattern: /^(?!.*tfjs-webgl.*odd shape)/,
    fileParallelism: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: CHROMIUM, args: ['--no-sandbox', ...SOFTWARE_GPU] } }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
