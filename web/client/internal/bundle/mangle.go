package bundle

import "strings"

// private are names of properties that nobody outside ninepin.js uses: members of the SDK's own classes, and of those of
// socket.io-client. The bundler shortens them, as it does all that begin with an underscore. A name that is part of
// ninepin.d.ts, of a packet or of a browser's own objects must not be in here.
const private = `
ACK BINARY_ACK BINARY_EVENT CONNECT CONNECT_ERROR DISCONNECT EVENT ackTimeout addTrailingSlash advancedAt agree
allSpawns anySignal appendCookies arrivedAt attempts autoConnect autoUnref backoff base begin behind below
bitmap born byte canPlay carried changed cleanup clearTimeoutFn clock closeOnBeforeunload column columns
comeBack compress copied copies copy corrected corrects count createTransport createUri decoder disconnected
doOpen doPoll drawnAt drift driftNested early emitBuffered emitEvent emitReserved engine enter entered
errorSignal expect extension extraHeaders fade fadedAt fetchList fields finish fire fix fixAt fixInput flights
flush flying follow followed forceBase64 forget fromQueue group groups hear ids insert integers inv keyAs kind
known lastBorn late latest lead learn leaveNow leftSignal listSignal listSubscribers listen listeners
listenersAny listenersAnyOutgoing maybeReconnectOnOpen measure meter more moving named nested newest
notifyOutgoingListeners nsps nudgedAt offAnyOutgoing offer offsets onAnyOutgoing onHandshake onOpen onPacket
onack onconnect ondata ondecoded ondisconnect onevent online onpacket onping onreconnect opts ordered outlet
pacer parent parseCookies parser peek pinger place plain playhead position predictions prependAny
prependAnyOutgoing pressed priorWebsocketSuccess progress provider randomizationFactor rate0 rates readAcks
readAllAcks readSegment readViews reader receiveBuffer received reconnection reconnectionAttempts
reconnectionDelay reconnectionDelayMax recovered rejoined rememberUpgrade removeAllListeners removed rest
retries roll sampledAt scalar scalars schema schemas seatToken seats secure seen sendAt sendBuffer sendInput
sent seqKnown serial setJitter setMax setMin setStatus setTimeoutFn setTransport shown since skipReconnect sleep
slotEnd slots snapshot snapshots sorted standing stateSignal statusSignal stepped steps stoppingSignal stretch
subEvents subs supportsBinary switchRole tables timer timerAt timestampParam timestampRequests tolerance touched
transmit transportImplementations transportOptions tryAllTransports tryCount u16 u32 unlisten updateSignal
updated upgrading views volatile waiting wanted wide wire withError withdraw writeBuffer zero
`

// Private returns the names of properties that the bundler shortens in ninepin.js.
func Private() []string { return strings.Fields(private) }

// mangled is the expression that matches them.
func mangled() string {
	return "^(_.+|" + strings.Join(Private(), "|") + ")$"
}
