/** An attribute of a node, of one of the kinds that the operators here have. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly text: string }

/** One operator of ONNX's own set; '' stands for an input that is left out. */
export interface GraphNode {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** A map that a graph gives, `[batch, channels, x, y, z]` in ONNX's order. */
export interface GraphOutput {
  readonly name: string
  readonly value: string
  readonly channels: number
}

/** A small vector of numbers: of positions and counts, or any. */
export type Constant = { readonly ints: readonly number[] } | { readonly floats: readonly number[] }

/** What a forward pass computes, whatever the size: nodes in the order of their computing, small constants, named outputs. */
export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly constants: Readonly<Record<string, Constant>>
  readonly outputs: readonly GraphOutput[]
}

/** Without the nodes that no output needs: a network may compute more than is asked of it. */
export function pruned({ nodes, constants, outputs }: Graph): Graph {
  const needed = new Set(outputs.map(({ value }) => value))
  const kept = nodes
    .toReversed()
    .filter(({ inputs, output }) => {
      if (!needed.has(output)) return false
      for (const input of inputs) needed.add(input)
      return true
    })
    .reverse()
  return {
    nodes: kept,
    constants: Object.fromEntries(Object.entries(constants).filter(([name]) => needed.has(name))),
    outputs,
  }
}
