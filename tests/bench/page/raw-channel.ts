/** A bare RTCDataChannel between two tabs: what there is to gain. */

/** What suits a channel that has nothing else to carry. */
const MESSAGE_BYTES = 64 * 1024;
const BUFFERED_BYTES_MAX = 1024 * 1024;

export class RawChannel {
  private readonly connection = new RTCPeerConnection();
  private readonly channel = this.connection.createDataChannel('raw', { negotiated: true, id: 0 });
  private readonly opened = new Promise((resolve) => (this.channel.onopen = resolve));

  constructor() {
    this.channel.binaryType = 'arraybuffer';
    this.channel.bufferedAmountLowThreshold = BUFFERED_BYTES_MAX / 2;
    this.channel.onmessage = ({ data }: MessageEvent<string>) => this.send(Number(data));
  }

  /** @returns a description with all candidates in it */
  async offer(): Promise<RTCSessionDescriptionInit> {
    return await this.describe();
  }

  async answer(offer: RTCSessionDescriptionInit): Promise<RTCSessionDescriptionInit> {
    await this.connection.setRemoteDescription(offer);
    return await this.describe();
  }

  async accept(answer: RTCSessionDescriptionInit): Promise<void> {
    await this.connection.setRemoteDescription(answer);
    await this.opened;
  }

  /**
   * Asks the other tab for so many bytes.
   * @returns seconds from the request until all are here
   */
  pull(bytes: number): Promise<number> {
    const startMs = performance.now();
    let missing = bytes;
    return new Promise((resolve) => {
      this.channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        missing -= data.byteLength;
        if (missing === 0) resolve((performance.now() - startMs) / 1000);
      };
      this.channel.send(String(bytes));
    });
  }

  private send(bytes: number): void {
    let left = bytes;
    const fill = () => {
      while (left > 0 && this.channel.bufferedAmount < BUFFERED_BYTES_MAX) {
        const length = Math.min(MESSAGE_BYTES, left);
        this.channel.send(new Uint8Array(length));
        left -= length;
      }
    };
    this.channel.onbufferedamountlow = fill;
    fill();
  }

  private async describe(): Promise<RTCSessionDescriptionInit> {
    const gathered = new Promise<void>((resolve) => {
      this.connection.onicegatheringstatechange = () => {
        if (this.connection.iceGatheringState === 'complete') resolve();
      };
    });
    await this.connection.setLocalDescription();
    await gathered;
    return this.connection.localDescription!.toJSON() as RTCSessionDescriptionInit;
  }
}
