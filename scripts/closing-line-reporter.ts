import type { Reporter, TestCase, TestModule } from 'vitest/node'

/**
 * Prints `N passed, N failed, N skipped` as the very last line. Vitest's own totals leave out files that did not load,
 * failing hooks and unhandled errors; here each of those counts as a failure.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 }
    for (const module of modules) {
      let failedTests = 0
      for (const test of module.children.allTests() as Iterable<TestCase>) {
        const { state } = test.result()
        if (state === 'pending') continue
        count[state] += 1
        if (state === 'failed') failedTests += 1
      }
      if (module.state() === 'failed' && failedTests === 0) count.failed += 1
    }
    process.on('exit', () => console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`))
  }
}
