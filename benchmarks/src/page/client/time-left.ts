/** How long the rest takes if it goes on as it did, in words; nothing before there is something to go by. */
export function timeLeft(done: number, all: number, elapsedMs: number): string {
  if (done === 0 || done >= all) return ''
  const seconds = ((all - done) / done) * (elapsedMs / 1000)
  if (seconds < 10) return 'a few seconds left'
  if (seconds < 90) return `about ${Math.round(seconds / 10) * 10} s left`
  return `about ${Math.round(seconds / 60)} min left`
}
