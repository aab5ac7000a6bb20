/** Reads QR codes off the camera, a few small pictures a second, so that the page stays responsive meanwhile. */
export type CameraFault = 'refused' | 'no-camera';

interface CameraHandlers {
  /** Once; the camera is stopped by then. */
  onRead(text: string): void;
  onFault(fault: CameraFault): void;
}

/** Side of the square looked at, pixels: enough for the longest links, decoded in a few milliseconds. */
const FRAME_SIDE = 480;
const FRAME_INTERVAL_MS = 160;

export class QrCamera {
  readonly #video: HTMLVideoElement;
  readonly #handlers: CameraHandlers;
  #stream: MediaStream | undefined;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(video: HTMLVideoElement, handlers: CameraHandlers) {
    this.#video = video;
    this.#handlers = handlers;
  }

  async start(): Promise<void> {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    } catch (error) {
      const refused = error instanceof DOMException && error.name === 'NotAllowedError';
      this.#handlers.onFault(refused ? 'refused' : 'no-camera');
      return;
    }
    this.#stream = stream;
    if (this.#stopped) {
      this.stop();
      return;
    }
    this.#video.srcObject = stream;
    const [{ decodeQR }] = await Promise.all([import('qr/decode.js'), this.#video.play()]);
    const canvas = new OffscreenCanvas(FRAME_SIDE, FRAME_SIDE);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    const look = () => {
      if (this.#stopped) return;
      const text = readFrame(this.#video, context, decodeQR);
      if (text === undefined) {
        this.#timer = setTimeout(look, FRAME_INTERVAL_MS);
        return;
      }
      this.stop();
      this.#handlers.onRead(text);
    };
    look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
  }
}

type Decode = (image: { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray }) => string;

function readFrame(
  video: HTMLVideoElement,
  context: OffscreenCanvasRenderingContext2D,
  decode: Decode,
): string | undefined {
  const side = Math.min(video.videoWidth, video.videoHeight);
  if (side === 0) return undefined;
  const left = (video.videoWidth - side) / 2;
  const top = (video.videoHeight - side) / 2;
  context.drawImage(video, left, top, side, side, 0, 0, FRAME_SIDE, FRAME_SIDE);
  try {
    return decode(context.getImageData(0, 0, FRAME_SIDE, FRAME_SIDE));
  } catch {
    return undefined; // No code in this picture: the decoder's way of saying so.
  }
}
