// This file finds import cycles in a directed graph: Tarjan's strongly connected components, then one short cycle each.

/**
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph Node → what it imports; every target is a node itself.
 * @returns {string[][]} One shortest cycle per knot of nodes that reach each other, first node not repeated.
 */
export function findCycles(graph) {
  return connectedComponents(graph).flatMap((component) => {
    const start = /** @type {string} */ (component.toSorted()[0]);
    const isKnot = component.length > 1 || graph.get(start)?.has(start);
    return isKnot ? [shortestCycle(graph, start, new Set(component))] : [];
  });
}

/** @param {ReadonlyMap<string, ReadonlySet<string>>} graph */
function connectedComponents(graph) {
  /** @type {Map<string, number>} */
  const order = new Map();
  /** @type {Map<string, number>} The earliest node on the stack that a node reaches. */
  const earliest = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const components = [];

  /** @param {string} node */
  function visit(node) {
    const index = order.size;
    order.set(node, index);
    stack.push(node);
    let reached = index;
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next))
        reached = Math.min(reached, earliest.get(next) ?? /** @type {number} */ (order.get(next)));
    }
    earliest.set(node, reached);
    if (reached === index) components.push(stack.splice(stack.indexOf(node)));
  }

  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return components;
}

/**
 * Breadth first from `start` until something imports `start` again.
 *
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @param {string} start
 * @param {ReadonlySet<string>} within
 */
function shortestCycle(graph, start, within) {
  /** @type {string[][]} */
  const paths = [[start]];
  const seen = new Set([start]);
  for (const path of paths) {
    for (const next of graph.get(/** @type {string} */ (path.at(-1))) ?? []) {
      if (next === start) return path;
      if (!within.has(next) || seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return [start];
}
