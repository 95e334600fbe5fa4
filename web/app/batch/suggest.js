/** How many of the rows must have a label of the model for a column to be that of the labels. */
const SHARE = 0.9;

/**
 * @param {readonly string[]} columns
 * @param {readonly string[][]} rows
 * @param {readonly string[]} labels of the model
 * @returns {{ textColumn: string, labelColumn: string | null }} the likeliest ones
 */
export function suggest(columns, rows, labels) {
  const known = new Set(labels);
  const facts = columns.map((name, place) => {
    const cells = rows.map((row) => row[place] ?? "");
    const length = cells.reduce((sum, cell) => sum + cell.length, 0);
    const share = cells.filter((cell) => known.has(cell.trim())).length / Math.max(1, cells.length);
    return { name, length, share };
  });
  const truth = facts.reduce((best, one) => (one.share > best.share ? one : best), { name: "", length: 0, share: 0 });
  const labelColumn = truth.share >= SHARE && columns.length > 1 ? truth.name : null;
  const others = facts.filter(({ name }) => name !== labelColumn);
  const longest = others.reduce((best, one) => (one.length > best.length ? one : best), others[0] ?? { name: "", length: 0 });
  return { textColumn: longest.name, labelColumn };
}
