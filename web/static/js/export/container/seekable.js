// Gives a recording what MediaRecorder leaves out: a length, and an index to seek with.

import { unfragmented } from './mp4.js';
import { withLength } from './webm.js';

/**
 * @param {Blob} file  as recorded, MP4 or WebM
 * @returns {Promise<Blob>} the file itself if it is of an unexpected form: it plays, but players may not seek in it
 */
export async function seekable(file) {
  try {
    return await (file.type === 'video/mp4' ? unfragmented(file) : withLength(file));
  } catch (error) {
    console.warn('The recording was saved without an index:', error);
    return file;
  }
}
