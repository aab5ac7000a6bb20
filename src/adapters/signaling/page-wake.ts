/** The moments at which waiting for the next retry makes no sense any more. Page only. */

/** Calls back when the browser is online again, or the tab is looked at again. Returns the function that stops it. */
export function onPageWake(callback: () => void): () => void {
  const onVisibility = () => {
    if (document.visibilityState === 'visible') callback();
  };
  window.addEventListener('online', callback);
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    window.removeEventListener('online', callback);
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
