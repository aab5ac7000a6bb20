/** The page's heading takes the focus when another screen opens, so that a screen reader starts there. */
export const HEADING_ID = 'heading';
