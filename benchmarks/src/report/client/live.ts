import morphdom from 'morphdom'

/** Keeps a served front page up to date: its runs in work every few seconds, the whole where another run is finished. */
const EVERY_MS = 5000

const section = () => document.querySelector<HTMLElement>('#in-work')!

async function follow(): Promise<void> {
  const fresh = (await fetched('in-work.html')).querySelector<HTMLElement>('#in-work')!
  if (fresh.dataset.version === section().dataset.version) renew(section(), fresh)
  else renew(document.querySelector('main')!, (await fetched('index.html')).querySelector('main')!)
}

async function fetched(file: string): Promise<Document> {
  const response = await fetch(file)
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  if (page.querySelector('#in-work') === null) throw new Error(`${file}: ${response.status}`)
  return page
}

/** What was opened stays open, and where one is stays in sight. */
function renew(old: Element, fresh: Element): void {
  morphdom(old, fresh, {
    getNodeKey: (node) => (node instanceof HTMLDetailsElement ? keyOf(node) : (node as Element).id),
    onBeforeElUpdated(from, to) {
      if (from instanceof HTMLDetailsElement) (to as HTMLDetailsElement).open = from.open
      return !from.isEqualNode(to)
    },
  })
}

/** Of what can be opened: its table and its title, wherever it moved. */
function keyOf(details: HTMLDetailsElement): string {
  return `${details.closest('section')?.id} ${details.querySelector('summary')?.textContent}`
}

async function repeat(): Promise<void> {
  try {
    // Nobody looks: the processors belong to the training.
    if (!document.hidden) await follow()
  } catch {
    const status = section().querySelector('[role=status]')!
    const text = 'The server does not answer any more; these are its last figures.'
    if (status.textContent !== text) status.textContent = text
  }
  setTimeout(repeat, EVERY_MS)
}

document.addEventListener('visibilitychange', () => !document.hidden && void follow().catch(() => undefined))
setTimeout(repeat, EVERY_MS)
