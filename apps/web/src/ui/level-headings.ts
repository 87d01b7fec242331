interface Node {
  type: string;
  depth?: number;
  children?: Node[];
}

/** Highest heading that a text may have: the page has its `h1`, the card around the text its `h2`. */
const TOP = 3;

/**
 * Puts the headings of a text below those of the page: its highest becomes `h3`, and none skips a level, however the
 * text numbers them. For the tree of remark, changed in place.
 */
export function levelHeadings(): (tree: Node) => void {
  return (tree) => {
    const headings = headingsIn(tree);
    const highest = Math.min(...headings.map((heading) => heading.depth ?? 1));
    let before = TOP - 1;
    for (const heading of headings) {
      heading.depth = Math.min((heading.depth ?? 1) - highest + TOP, before + 1, 6);
      before = heading.depth;
    }
  };
}

function headingsIn(node: Node): Node[] {
  return node.type === "heading" ? [node] : (node.children ?? []).flatMap(headingsIn);
}
