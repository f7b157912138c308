package transport

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Handshake is what is known of the request that opened a connection. It lives as long as the connection, so that what
// only concerned the protocol is left out.
type Handshake struct {
	Header  http.Header // without those of the WebSocket handshake, of caching and of content negotiation
	Query   url.Values  // without Engine.IO's own
	URL     string      // path and query as they were asked for
	Address string      // remote address, host:port
	Time    time.Time
	Secure  bool
}

func ownHeader(h http.Header) http.Header {
	own := http.Header{}
	for k, v := range h {
		switch k {
		case "Connection", "Upgrade", "Cache-Control", "Pragma", "Accept", "Accept-Encoding", "Content-Length", "Content-Type":
		default:
			if !strings.HasPrefix(k, "Sec-") {
				own[k] = append([]string(nil), v...)
			}
		}
	}
	return own
}

// ownQuery is nil for a client that has no parameters of its own.
func ownQuery(q url.Values) url.Values {
	var own url.Values
	for k, v := range q {
		switch k {
		case "EIO", "transport", "t", "b64", "j", "sid":
			continue
		}
		if own == nil {
			own = url.Values{}
		}
		own[k] = v
	}
	return own
}
