/** Connections by simple-peer, with its sharp edges covered. */
import SimplePeer from 'simple-peer';
import { accept, assert, reject } from '../../core/result.ts';
import { channelBindingOf, fingerprintOf } from './channel-binding.ts';
import type { ConnectFault, Connection, ConnectionHandlers, Connector, SessionSignal } from './connector.ts';
import { LOW_WATER_BYTES } from './link.ts';

/** Errors of simple-peer that say why a dial did not succeed. */
const REASONS: Readonly<Record<string, string>> = {
  ERR_ICE_CONNECTION_FAILURE: 'ice-failed',
  ERR_CONNECTION_FAILURE: 'ice-failed',
  ERR_SET_REMOTE_DESCRIPTION: 'bad-description',
  ERR_ADD_ICE_CANDIDATE: 'bad-candidate',
};

/**
 * Both sides make the one channel themselves: a channel announced by the other side would be taken by simple-peer in
 * place of the first, and a second one in place of that.
 */
const CHANNEL: RTCDataChannelInit = { negotiated: true, id: 0, ordered: true };

/** @param iceServers none unless the user named some: simple-peer's own defaults are strangers' */
export function simplePeerConnector(iceServers: readonly RTCIceServer[]): Connector {
  return {
    connect(role, handlers) {
      if (!SimplePeer.WEBRTC_SUPPORT) return reject('webrtc-unavailable');
      const connection = new SimplePeerConnection(role, [...iceServers], handlers);
      return connection.fault === undefined ? accept(connection) : reject(connection.fault);
    },
  };
}

/**
 * The first connection of a page starts threads of the browser and waits for them: here before anybody is dialled, in a
 * task of its own.
 */
export function startWebRtc(): void {
  if (!SimplePeer.WEBRTC_SUPPORT) return;
  try {
    new RTCPeerConnection().close();
  } catch {
    // Whatever refuses it refuses the dials to come as well, and each of those says so.
  }
}

class SimplePeerConnection implements Connection {
  /** Why the browser made no connection; the object is of no use then. */
  readonly fault: ConnectFault | undefined;
  private readonly handlers: ConnectionHandlers;
  private readonly peer: SimplePeer.Instance;
  private channel: RTCDataChannel | undefined;
  /** Of the one description that the other side may give. */
  private theirFingerprint: Uint8Array | undefined;
  private isOpen = false;
  private ended = false;

  constructor(role: 'initiator' | 'responder', iceServers: RTCIceServer[], handlers: ConnectionHandlers) {
    this.handlers = handlers;
    let connection: RTCPeerConnection | undefined;
    let refusal: unknown;
    const onConnection = (made: RTCPeerConnection) => (connection = made);
    const onChannel = (made: RTCDataChannel) => (this.channel = made);

    /** simple-peer takes its constructors as an option: the public way to the objects it works with. */
    class Observed extends RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        try {
          super(config);
        } catch (error) {
          refusal = error;
          throw error;
        }
        onConnection(this);
      }

      override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
        return onChannel(super.createDataChannel(label, init));
      }
    }

    this.peer = new SimplePeer({
      initiator: role === 'initiator',
      trickle: true,
      config: { iceServers },
      channelName: 'medmesh',
      channelConfig: CHANNEL,
      wrtc: { RTCPeerConnection: Observed, RTCSessionDescription, RTCIceCandidate },
    });
    this.peer.on('error', (error: Error & { code?: string }) => this.fall(REASONS[error.code ?? '']));
    this.peer.on('close', () => this.fall(undefined));
    if (!connection || !this.channel) {
      this.ended = true;
      this.fault = faultOf(refusal);
      return;
    }
    this.listen(connection, this.channel);
  }

  get bufferedBytes(): number {
    return this.channel?.bufferedAmount ?? 0;
  }

  signal(signal: SessionSignal): void {
    if (this.ended) return;
    if (signal.kind === 'candidate') {
      this.addCandidate(signal.candidate, signal.sdpMid, signal.sdpMLineIndex);
      return;
    }
    const fingerprint = fingerprintOf(signal.sdp);
    if (!fingerprint.ok) this.end(fingerprint.code);
    else if (!isDataOnly(signal.sdp)) this.end('bad-description');
    else {
      this.theirFingerprint = fingerprint.value;
      this.peer.signal({ type: signal.kind, sdp: signal.sdp });
    }
  }

  send(frame: Uint8Array): void {
    this.peer.send(frame);
  }

  destroy(): void {
    this.ended = true;
    this.peer.destroy();
  }

  private listen(connection: RTCPeerConnection, channel: RTCDataChannel): void {
    this.peer.on('signal', (data) => {
      if (this.ended) return;
      if (data.type === 'offer' || data.type === 'answer') {
        this.handlers.onSignal({ kind: data.type, sdp: data.sdp ?? '' });
      } else if (data.type === 'candidate') {
        const { candidate, sdpMid, sdpMLineIndex } = data.candidate;
        const mid = sdpMid ?? undefined;
        this.handlers.onSignal({
          kind: 'candidate',
          candidate,
          sdpMid: mid,
          sdpMLineIndex: sdpMLineIndex ?? undefined,
        });
      }
    });
    this.peer.on('data', (data: Uint8Array | string) => {
      if (this.ended) return;
      if (typeof data === 'string') this.end('unexpected-text');
      else this.handlers.onFrame(data);
    });
    // simple-peer's own `connect` comes later, after a look at statistics, when frames may have arrived already.
    channel.addEventListener('open', () => this.open(connection, channel));
    channel.addEventListener('bufferedamountlow', () => this.ended || this.handlers.onBufferLow());
    connection.addEventListener('datachannel', () => this.end('unexpected-channel'));
    connection.addEventListener('track', () => this.end('unexpected-track'));
  }

  private open(connection: RTCPeerConnection, channel: RTCDataChannel): void {
    if (this.ended) return;
    assert(this.theirFingerprint, 'a channel opens after both descriptions');
    const binding = channelBindingOf(connection, this.theirFingerprint);
    if (!binding.ok) {
      this.end(binding.code);
      return;
    }
    this.isOpen = true;
    channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
    this.handlers.onOpen(binding.value);
  }

  private addCandidate(candidate: string, sdpMid: string | undefined, sdpMLineIndex: number | undefined): void {
    let parsed: RTCIceCandidate;
    try {
      parsed = new RTCIceCandidate({ candidate, sdpMid: sdpMid ?? null, sdpMLineIndex: sdpMLineIndex ?? null });
    } catch {
      this.end('bad-candidate');
      return;
    }
    this.peer.signal({ type: 'candidate', candidate: parsed });
  }

  /** Not by our own doing. Why an open connection fell, nobody can tell for sure. */
  private fall(dialReason = 'dial-failed'): void {
    this.end(this.isOpen ? 'lost' : dialReason);
  }

  private end(reason: string): void {
    if (this.ended) return;
    this.destroy();
    this.handlers.onClosed(reason);
  }
}

/** One section, for data: nobody may ask this tab for its microphone or make it decode video. */
function isDataOnly(sdp: string): boolean {
  const sections = sdp.split('\n').filter((line) => line.startsWith('m='));
  return sections.length === 1 && sections[0]!.startsWith('m=application ');
}

/** Chromium's refusal of the 501st connection is an UnknownError; bad servers are a SyntaxError or InvalidAccessError. */
function faultOf(refusal: unknown): ConnectFault {
  const name = refusal instanceof Error ? refusal.name : '';
  if (name === 'SyntaxError' || name === 'InvalidAccessError' || name === 'TypeError') return 'bad-ice-servers';
  return 'connection-limit';
}
