/** `about.json` of a page: what it says of its model, in words. */
export interface AboutModel {
  readonly title: string
  readonly sentences: readonly string[]
  readonly made: string
}
