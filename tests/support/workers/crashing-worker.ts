/** Dies at the first message, with whatever it was asked to do under way. */
self.onmessage = () => {
  throw new Error('this worker crashes on purpose');
};
