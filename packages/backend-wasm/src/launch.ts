/** One call of a range function on every thread; see `assembly/README.md`. */
export interface Phase {
  /** Name of the exported WebAssembly function. */
  readonly fn: string
  /** What comes before `begin, end, thread, scratch`. */
  readonly args: readonly number[]
  /** The function is run on ranges that together cover `[0, tasks)` once. */
  readonly tasks: number
  /** Products that it adds up, all tasks together; only where they are most of its work. */
  readonly multiplyAdds?: number
}

/** Phases in order, with a barrier after each. */
export interface Launch {
  readonly phases: readonly Phase[]
  /** Private memory of a thread while a call runs, 64-byte aligned. */
  readonly scratchBytesPerThread: number
}

/** What a planner makes of shapes: reusable for every call with the same shapes, whatever the thread count. */
export interface Plan<Pointers> {
  /** Memory shared by all threads during a launch; needs no clearing. */
  readonly workspaceBytes: number
  readonly scratchBytesPerThread: number
  launch(pointers: Pointers & { readonly workspace: number }): Launch
}
