import type { ComponentChildren } from 'preact'
import { render } from 'preact-render-to-string'

/** A whole HTML document: a title, what else its head holds, and its body. */
export function htmlPage(title: string, head: ComponentChildren, body: ComponentChildren): string {
  const html = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        {head}
      </head>
      <body>{body}</body>
    </html>
  )
  return `<!doctype html>\n${render(html)}\n`
}
