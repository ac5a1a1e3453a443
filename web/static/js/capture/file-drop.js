// Files dropped on the page.

/**
 * @param {(isOver: boolean) => void} onDrag  whether a file is dragged over the page
 * @param {(file: File) => void} onFile
 */
export function listenForDrops(onDrag, onFile) {
  // Counts elements: the next one is entered before the last is left.
  let depth = 0;
  const isFile = (/** @type {DragEvent} */ { dataTransfer }) => dataTransfer?.types.includes('Files') ?? false;
  const move = (/** @type {number} */ step) => {
    depth = Math.max(0, depth + step);
    if (depth === Number(step > 0)) onDrag(depth > 0);
  };
  document.addEventListener('dragenter', (event) => isFile(event) && move(1));
  document.addEventListener('dragleave', (event) => isFile(event) && move(-1));
  document.addEventListener('dragover', (event) => isFile(event) && event.preventDefault());
  document.addEventListener('drop', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    depth = 0;
    onDrag(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file) onFile(file);
  });
}
