// Files that are dropped on the page.

/**
 * @param {(dragging: boolean) => void} show  whether one is held over it
 * @param {(file: File) => void} take
 */
export function listenForDrops(show, take) {
  // Every element on the way is entered before the last is left.
  let depth = 0;
  const isFile = (/** @type {DragEvent} */ { dataTransfer }) => dataTransfer?.types.includes('Files') ?? false;
  const moved = (/** @type {number} */ step) => {
    depth = Math.max(0, depth + step);
    if (depth === Number(step > 0)) show(depth > 0);
  };
  document.addEventListener('dragenter', (event) => isFile(event) && moved(1));
  document.addEventListener('dragleave', (event) => isFile(event) && moved(-1));
  document.addEventListener('dragover', (event) => isFile(event) && event.preventDefault());
  document.addEventListener('drop', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file) take(file);
  });
}
