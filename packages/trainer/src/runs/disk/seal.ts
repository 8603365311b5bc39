import { canonicalJson, sha256 } from './canonical-json'

/** Digits of a line's check: against accidents, not against forgers. */
const LINE_DIGITS = 8
const CHECKED_LINE = /^(.*),"check":"([0-9a-f]{8})"\}$/

/** `value` with one more member: `check`, the SHA-256 of its canonical JSON. */
export function sealed<T extends object>(value: T): T & { check: string } {
  return { ...value, check: sha256(canonicalJson(value)) }
}

/** Whether a value is as it was sealed; undefined: it has no `check`, as files of earlier versions have none. */
export function sealHolds(value: object): boolean | undefined {
  const { check, ...rest } = value as { check?: unknown }
  return check === undefined ? undefined : check === sha256(canonicalJson(rest))
}

/** A value without its `check`. */
export function unsealed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { check: _, ...rest } = value as { check?: unknown }
  return rest
}

/** An object with at least one member as a line of JSON; its last member `check` has the first digits of the SHA-256 of the others. */
export function sealedLine(value: object): string {
  const text = JSON.stringify(value)
  return `${text.slice(0, -1)},"check":"${sha256(text).slice(0, LINE_DIGITS)}"}`
}

/** A line without its check, and whether that held; undefined: it has none. */
export function openLine(line: string): { text: string; holds: boolean | undefined } {
  const found = CHECKED_LINE.exec(line)
  if (found === null) return { text: line, holds: undefined }
  const text = `${found[1]}}`
  return { text, holds: sha256(text).slice(0, LINE_DIGITS) === found[2] }
}
